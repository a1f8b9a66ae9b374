use engine::cards::vent_steam::VentSteam;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(VentSteam::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = VentSteam::default();
    assert_eq!((card.name(), card.cost()), ("Vent Steam", 1));
}

#[test]
fn deals_its_heat() {
    let mut duel = Duel::new();
    duel.burn(Left, 6);
    play(&mut duel);
    assert_eq!(duel.hull(Right), 24);
}

#[test]
fn the_heat_is_gone() {
    let mut duel = Duel::new();
    duel.burn(Left, 6);
    play(&mut duel);
    assert_eq!(duel.heat(Left), 0);
}

#[test]
fn without_heat_nothing_happens() {
    let mut duel = Duel::new();
    duel.burn(Right, 2);
    play(&mut duel);
    assert_eq!((duel.hull(Right), duel.heat(Right)), (30, 2));
}

#[test]
fn the_shield_stops_it_first() {
    let mut duel = Duel::new();
    duel.burn(Left, 6);
    duel.raise_shield(Right, 4);
    play(&mut duel);
    assert_eq!((duel.shield(Right), duel.hull(Right)), (0, 28));
}
