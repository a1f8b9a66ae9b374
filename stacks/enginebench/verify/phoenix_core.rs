use engine::cards::phoenix_core::PhoenixCore;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(PhoenixCore::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = PhoenixCore::default();
    assert_eq!((card.name(), card.cost()), ("Phoenix Core", 3));
}

#[test]
fn a_hit_that_can_be_borne_passes() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.damage(Left, 5);
    duel.end_turn();
    duel.end_turn();
    assert_eq!((duel.hull(Left), duel.mounted(Left)), (25, 1));
}

#[test]
fn a_fatal_hit_leaves_one_point() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.damage(Left, 30);
    assert_eq!((duel.hull(Left), duel.winner()), (1, None));
}

#[test]
fn the_shield_is_counted() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.raise_shield(Left, 10);
    duel.damage(Left, 39);
    duel.end_turn();
    duel.end_turn();
    assert_eq!((duel.hull(Left), duel.mounted(Left)), (1, 1));
}

#[test]
fn the_shield_is_used_up() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.raise_shield(Left, 10);
    duel.damage(Left, 60);
    assert_eq!((duel.hull(Left), duel.shield(Left)), (1, 0));
}

#[test]
fn it_rises_at_the_next_own_start() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.end_turn();
    duel.damage(Left, 50);
    duel.end_turn();
    assert_eq!((duel.hull(Left), duel.mounted(Left)), (6, 0));
}

#[test]
fn it_saves_only_once() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.end_turn();
    duel.damage(Left, 50);
    duel.damage(Left, 50);
    assert_eq!(duel.winner(), Some(Right));
}

#[test]
fn what_is_no_hit_is_not_stopped() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.pierce(Left, 30);
    assert_eq!(duel.winner(), Some(Right));
}
