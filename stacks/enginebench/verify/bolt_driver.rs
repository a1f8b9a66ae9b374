use engine::cards::bolt_driver::BoltDriver;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(BoltDriver::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = BoltDriver::default();
    assert_eq!((card.name(), card.cost()), ("Bolt Driver", 2));
}

#[test]
fn deals_seven() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.hull(Right), 23);
}

#[test]
fn the_shield_stops_it_first() {
    let mut duel = Duel::new();
    duel.raise_shield(Right, 5);
    play(&mut duel);
    assert_eq!((duel.shield(Right), duel.hull(Right)), (0, 28));
}

#[test]
fn is_not_mounted() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!(duel.mounted(Left), 0);
}
