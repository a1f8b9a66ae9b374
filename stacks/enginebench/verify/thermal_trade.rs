use engine::cards::thermal_trade::ThermalTrade;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(ThermalTrade::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = ThermalTrade::default();
    assert_eq!((card.name(), card.cost()), ("Thermal Trade", 1));
}

#[test]
fn swaps_when_hotter() {
    let mut duel = Duel::new();
    duel.burn(Left, 5);
    duel.burn(Right, 2);
    play(&mut duel);
    assert_eq!((duel.heat(Left), duel.heat(Right)), (2, 5));
}

#[test]
fn does_not_draw_when_it_swaps() {
    let mut duel = Duel::new();
    duel.burn(Left, 5);
    play(&mut duel);
    assert_eq!((duel.hand(Left), duel.deck(Left)), (3, 12));
}

#[test]
fn draws_when_cooler() {
    let mut duel = Duel::new();
    duel.burn(Left, 2);
    duel.burn(Right, 5);
    play(&mut duel);
    assert_eq!((duel.heat(Left), duel.heat(Right), duel.hand(Left)), (2, 5, 4));
}

#[test]
fn draws_when_equal() {
    let mut duel = Duel::new();
    duel.burn(Left, 3);
    duel.burn(Right, 3);
    play(&mut duel);
    assert_eq!((duel.hand(Left), duel.deck(Left)), (4, 11));
}
