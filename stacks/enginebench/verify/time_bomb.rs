use engine::cards::time_bomb::TimeBomb;
use engine::cards::weld::Weld;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(TimeBomb::default())).expect("it can be played");
}

/// The active side plays as many Welds.
fn weld(duel: &mut Duel, count: u32) {
    for _ in 0..count {
        duel.play(Box::new(Weld)).expect("it can be played");
    }
}

/// As many turns of both sides.
fn turns(duel: &mut Duel, count: u32) {
    for _ in 0..2 * count {
        duel.end_turn();
    }
}

#[test]
fn name_and_cost() {
    let card = TimeBomb::default();
    assert_eq!((card.name(), card.cost()), ("Time Bomb", 2));
}

#[test]
fn ticks_when_played() {
    let mut duel = Duel::new();
    play(&mut duel);
    assert_eq!((duel.mounted(Left), duel.hull(Right)), (1, 30));
}

#[test]
fn waits_a_turn() {
    let mut duel = Duel::new();
    play(&mut duel);
    turns(&mut duel, 1);
    assert_eq!((duel.mounted(Left), duel.hull(Right)), (1, 30));
}

#[test]
fn goes_off_at_the_second_start() {
    let mut duel = Duel::new();
    play(&mut duel);
    turns(&mut duel, 2);
    assert_eq!((duel.mounted(Left), duel.hull(Right)), (0, 18));
}

#[test]
fn each_card_of_the_opponent_takes_two() {
    let mut duel = Duel::new();
    play(&mut duel);
    for _ in 0..2 {
        duel.end_turn();
        weld(&mut duel, 1);
        duel.end_turn();
    }
    assert_eq!(duel.hull(Right), 22);
}

#[test]
fn never_less_than_nothing() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.draw(Right, 6);
    for count in [4, 3] {
        duel.end_turn();
        duel.gain_power(Right, 1);
        weld(&mut duel, count);
        duel.end_turn();
    }
    assert_eq!((duel.hull(Right), duel.mounted(Left)), (30, 0));
}

#[test]
fn own_cards_take_nothing() {
    let mut duel = Duel::new();
    play(&mut duel);
    weld(&mut duel, 1);
    turns(&mut duel, 2);
    assert_eq!(duel.hull(Right), 18);
}

#[test]
fn the_shield_stops_it_first() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.raise_shield(Right, 5);
    turns(&mut duel, 2);
    assert_eq!((duel.shield(Right), duel.hull(Right)), (0, 23));
}
