use engine::cards::hammer_blow::HammerBlow;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(HammerBlow::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = HammerBlow::default();
    assert_eq!((card.name(), card.cost()), ("Hammer Blow", 2));
}

#[test]
fn without_a_shield_five() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.hull(Right), 25);
}

#[test]
fn halves_the_shield_and_then_hits() {
    let mut duel = Duel::new();
    duel.raise_shield(Right, 8);
    play(&mut duel);
    assert_eq!((duel.shield(Right), duel.hull(Right)), (0, 29));
}

#[test]
fn an_odd_shield_is_rounded_down() {
    let mut duel = Duel::new();
    duel.raise_shield(Right, 15);
    play(&mut duel);
    assert_eq!((duel.shield(Right), duel.hull(Right)), (2, 30));
}

#[test]
fn its_own_shield_stays() {
    let mut duel = Duel::new();
    duel.raise_shield(Left, 6);
    play(&mut duel);
    assert_eq!(duel.shield(Left), 6);
}
