use engine::cards::siphon::Siphon;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(Siphon::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = Siphon::default();
    assert_eq!((card.name(), card.cost()), ("Siphon", 2));
}

#[test]
fn deals_five() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.hull(Right), 25);
}

#[test]
fn repairs_what_was_lost() {
    let mut duel = Duel::new();
    duel.pierce(Left, 10);
    play(&mut duel);
    assert_eq!(duel.hull(Left), 25);
}

#[test]
fn what_the_shield_stopped_does_not_count() {
    let mut duel = Duel::new();
    duel.pierce(Left, 10);
    duel.raise_shield(Right, 3);
    play(&mut duel);
    assert_eq!((duel.hull(Right), duel.hull(Left)), (28, 22));
}

#[test]
fn stops_at_a_whole_hull() {
    let mut duel = Duel::new();
    duel.pierce(Left, 2);
    play(&mut duel);
    assert_eq!(duel.hull(Left), 30);
}
