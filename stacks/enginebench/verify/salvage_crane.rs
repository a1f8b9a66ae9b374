use engine::cards::salvage_crane::SalvageCrane;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(SalvageCrane::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = SalvageCrane::default();
    assert_eq!((card.name(), card.cost()), ("Salvage Crane", 2));
}

#[test]
fn draws_three() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!((duel.hand(Left), duel.deck(Left)), (6, 9));
}

#[test]
fn the_opponent_draws_nothing() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!((duel.hand(Right), duel.deck(Right)), (4, 12));
}

#[test]
fn an_empty_deck_costs_hull() {
    let mut duel = Duel::new();
    duel.draw(Left, 11);
    play(&mut duel);
    assert_eq!((duel.hand(Left), duel.hull(Left)), (15, 28));
}
