use engine::cards::coolant_flush::CoolantFlush;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(CoolantFlush::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = CoolantFlush::default();
    assert_eq!((card.name(), card.cost()), ("Coolant Flush", 1));
}

#[test]
fn cools_by_four() {
    let mut duel = Duel::new();
    duel.burn(Left, 6);
    play(&mut duel);
    assert_eq!(duel.heat(Left), 2);
}

#[test]
fn never_below_zero() {
    let mut duel = Duel::new();
    duel.burn(Left, 3);
    play(&mut duel);
    assert_eq!(duel.heat(Left), 0);
}

#[test]
fn leaves_the_opponent_hot() {
    let mut duel = Duel::new();
    duel.burn(Right, 5);
    play(&mut duel);
    assert_eq!(duel.heat(Right), 5);
}
