use engine::cards::ablative_shell::AblativeShell;
use engine::Side::{Left};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(AblativeShell::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = AblativeShell::default();
    assert_eq!((card.name(), card.cost()), ("Ablative Shell", 2));
}

#[test]
fn a_small_hit_is_taken_whole() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.damage(Left, 3);
    assert_eq!((duel.hull(Left), duel.mounted(Left)), (30, 1));
}

#[test]
fn a_big_hit_loses_four() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.damage(Left, 7);
    assert_eq!(duel.hull(Left), 27);
}

#[test]
fn it_comes_before_the_shield() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.raise_shield(Left, 5);
    duel.damage(Left, 6);
    assert_eq!((duel.shield(Left), duel.hull(Left)), (3, 30));
}

#[test]
fn it_takes_ten_in_all() {
    let mut duel = Duel::new();
    play(&mut duel);
    for _ in 0..3 {
        duel.damage(Left, 5);
    }
    assert_eq!((duel.hull(Left), duel.mounted(Left)), (25, 0));
}

#[test]
fn when_used_up_hits_are_whole() {
    let mut duel = Duel::new();
    play(&mut duel);
    for _ in 0..4 {
        duel.damage(Left, 5);
    }
    assert_eq!(duel.hull(Left), 20);
}

#[test]
fn a_lance_passes_it() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.pierce(Left, 5);
    assert_eq!((duel.hull(Left), duel.mounted(Left)), (25, 1));
}
