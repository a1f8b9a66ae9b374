use engine::cards::magnet_hook::MagnetHook;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(MagnetHook::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = MagnetHook::default();
    assert_eq!((card.name(), card.cost()), ("Magnet Hook", 2));
}

#[test]
fn takes_six_of_more() {
    let mut duel = Duel::new();
    duel.raise_shield(Right, 9);
    play(&mut duel);
    assert_eq!((duel.shield(Right), duel.shield(Left)), (3, 6));
}

#[test]
fn takes_all_of_less() {
    let mut duel = Duel::new();
    duel.raise_shield(Right, 4);
    duel.raise_shield(Left, 1);
    play(&mut duel);
    assert_eq!((duel.shield(Right), duel.shield(Left)), (0, 5));
}

#[test]
fn with_a_shield_there_is_no_damage() {
    let mut duel = Duel::new();
    duel.raise_shield(Right, 4);
    play(&mut duel);
    assert_eq!(duel.hull(Right), 30);
}

#[test]
fn without_a_shield_there_is_damage() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!((duel.hull(Right), duel.shield(Left)), (27, 0));
}
