//! How cards are tested: play them in a duel and look at its numbers.

use engine::cards::auto_turret::AutoTurret;
use engine::cards::blowtorch::Blowtorch;
use engine::cards::capacitor::Capacitor;
use engine::cards::crossed_wires::CrossedWires;
use engine::cards::plating::Plating;
use engine::cards::ram::Ram;
use engine::cards::reactive_armor::ReactiveArmor;
use engine::cards::rivet_gun::RivetGun;
use engine::cards::scan::Scan;
use engine::cards::weld::Weld;
use engine::{Card, Duel, Refusal, Side, DECK, HAND};

fn play(duel: &mut Duel, card: impl Card + 'static) {
    duel.play(Box::new(card)).expect("it can be played");
}

#[test]
fn a_hit_meets_the_shield_first() {
    let mut duel = Duel::new();
    duel.raise_shield(Side::Right, 3);
    play(&mut duel, RivetGun);
    assert_eq!((duel.shield(Side::Right), duel.hull(Side::Right)), (0, 29));
}

#[test]
fn a_weld_stops_at_a_whole_hull() {
    let mut duel = Duel::new();
    duel.pierce(Side::Left, 2);
    play(&mut duel, Weld);
    assert_eq!(duel.hull(Side::Left), 30);
}

#[test]
fn plating_and_crossed_wires_move_shields() {
    let mut duel = Duel::new();
    play(&mut duel, Plating);
    play(&mut duel, CrossedWires);
    assert_eq!((duel.shield(Side::Left), duel.shield(Side::Right)), (0, 5));
}

#[test]
fn heat_burns_at_the_start_of_a_turn_and_falls() {
    let mut duel = Duel::new();
    play(&mut duel, Blowtorch);
    duel.end_turn();
    assert_eq!((duel.hull(Side::Right), duel.heat(Side::Right)), (28, 1));
}

#[test]
fn a_scan_draws_and_an_empty_deck_costs_hull() {
    let mut duel = Duel::new();
    play(&mut duel, Scan);
    assert_eq!((duel.hand(Side::Left), duel.deck(Side::Left)), (HAND - 1 + 2, DECK - 2));
    duel.draw(Side::Left, DECK);
    assert_eq!(duel.hull(Side::Left), 28);
}

#[test]
fn a_capacitor_gives_power_for_hull() {
    let mut duel = Duel::new();
    play(&mut duel, Capacitor);
    assert_eq!((duel.power(Side::Left), duel.hull(Side::Left)), (4, 29));
}

#[test]
fn a_ram_looks_at_the_shield() {
    let mut duel = Duel::new();
    play(&mut duel, Ram);
    assert_eq!(duel.hull(Side::Right), 24);
}

#[test]
fn a_turret_fires_three_times_and_is_gone() {
    let mut duel = Duel::new();
    play(&mut duel, AutoTurret::default());
    for _ in 0..8 {
        duel.end_turn();
    }
    assert_eq!((duel.hull(Side::Right), duel.mounted(Side::Left)), (24, 0));
}

#[test]
fn reactive_armor_halves_one_hit() {
    let mut duel = Duel::new();
    play(&mut duel, ReactiveArmor::default());
    duel.damage(Side::Left, 5);
    duel.damage(Side::Left, 5);
    assert_eq!((duel.hull(Side::Left), duel.mounted(Side::Left)), (23, 0));
}

#[test]
fn what_can_not_be_paid_is_refused() {
    let mut duel = Duel::new();
    play(&mut duel, Ram);
    assert_eq!(duel.play(Box::new(Ram)), Err(Refusal::TooLittlePower));
    assert_eq!(duel.power(Side::Left), 1);
}

#[test]
fn a_fallen_machine_ends_the_duel() {
    let mut duel = Duel::new();
    duel.pierce(Side::Right, 29);
    play(&mut duel, RivetGun);
    assert_eq!(duel.winner(), Some(Side::Left));
    assert_eq!(duel.play(Box::new(Weld)), Err(Refusal::Over));
}
