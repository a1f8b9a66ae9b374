use engine::cards::last_stand::LastStand;
use engine::Side::{Left};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(LastStand::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = LastStand::default();
    assert_eq!((card.name(), card.cost()), ("Last Stand", 1));
}

#[test]
fn a_whole_machine_gets_four() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.shield(Left), 4);
}

#[test]
fn at_eleven_it_is_four() {
    let mut duel = Duel::new();
    duel.pierce(Left, 19);
    play(&mut duel);
    assert_eq!(duel.shield(Left), 4);
}

#[test]
fn at_ten_it_is_ten() {
    let mut duel = Duel::new();
    duel.pierce(Left, 20);
    play(&mut duel);
    assert_eq!(duel.shield(Left), 10);
}

#[test]
fn near_the_end_it_is_ten() {
    let mut duel = Duel::new();
    duel.pierce(Left, 29);
    duel.raise_shield(Left, 1);
    play(&mut duel);
    assert_eq!(duel.shield(Left), 11);
}
