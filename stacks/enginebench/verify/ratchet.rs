use engine::cards::ratchet::Ratchet;
use engine::Side::{Left};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(Ratchet::default())).expect("it can be played");
}

/// As many turns of both sides.
fn turns(duel: &mut Duel, count: u32) {
    for _ in 0..2 * count {
        duel.end_turn();
    }
}

#[test]
fn name_and_cost() {
    let card = Ratchet::default();
    assert_eq!((card.name(), card.cost()), ("Ratchet", 2));
}

#[test]
fn the_first_turn_gives_one() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.end_turn();
    assert_eq!(duel.shield(Left), 1);
}

#[test]
fn the_step_rises() {
    let mut duel = Duel::new();
    play(&mut duel);
    turns(&mut duel, 3);
    assert_eq!((duel.shield(Left), duel.mounted(Left)), (6, 1));
}

#[test]
fn the_step_is_four_at_most() {
    let mut duel = Duel::new();
    play(&mut duel);
    turns(&mut duel, 5);
    assert_eq!(duel.shield(Left), 14);
}

#[test]
fn a_hit_sets_it_back() {
    let mut duel = Duel::new();
    play(&mut duel);
    turns(&mut duel, 2);
    duel.damage(Left, 1);
    turns(&mut duel, 1);
    assert_eq!(duel.shield(Left), 3);
}

#[test]
fn the_hit_is_not_weakened() {
    let mut duel = Duel::new();
    play(&mut duel);
    turns(&mut duel, 1);
    duel.damage(Left, 5);
    assert_eq!((duel.shield(Left), duel.hull(Left)), (0, 26));
}

#[test]
fn what_is_no_hit_does_not_set_it_back() {
    let mut duel = Duel::new();
    play(&mut duel);
    turns(&mut duel, 2);
    duel.pierce(Left, 1);
    turns(&mut duel, 1);
    assert_eq!(duel.shield(Left), 6);
}
