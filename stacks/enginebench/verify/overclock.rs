use engine::cards::overclock::Overclock;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(Overclock::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = Overclock::default();
    assert_eq!((card.name(), card.cost()), ("Overclock", 0));
}

#[test]
fn gains_two_power() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.power(Left), 5);
}

#[test]
fn heats_itself_by_two() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.heat(Left), 2);
}

#[test]
fn leaves_the_opponent_alone() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.heat(Right), 0);
}
