use engine::cards::mirror_array::MirrorArray;
use engine::Side::{Left, Right};
use engine::{Card, Duel};

/// The active side plays the card.
fn play(duel: &mut Duel) {
    duel.play(Box::new(MirrorArray::default())).expect("it can be played");
}

#[test]
fn name_and_cost() {
    let card = MirrorArray::default();
    assert_eq!((card.name(), card.cost()), ("Mirror Array", 2));
}

#[test]
fn half_of_a_hit_goes_back() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.damage(Left, 8);
    assert_eq!((duel.hull(Left), duel.hull(Right)), (26, 26));
}

#[test]
fn the_opponent_takes_the_odd_point() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.damage(Left, 7);
    assert_eq!((duel.hull(Left), duel.hull(Right)), (27, 26));
}

#[test]
fn it_is_good_for_two_hits() {
    let mut duel = Duel::new();
    play(&mut duel);
    for _ in 0..3 {
        duel.damage(Left, 4);
    }
    assert_eq!((duel.hull(Left), duel.hull(Right), duel.mounted(Left)), (22, 26, 0));
}

#[test]
fn it_is_there_after_one_turn() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.end_turn();
    duel.end_turn();
    assert_eq!(duel.mounted(Left), 1);
}

#[test]
fn it_is_gone_at_the_second_start() {
    let mut duel = Duel::new();
    play(&mut duel);
    for _ in 0..4 {
        duel.end_turn();
    }
    assert_eq!(duel.mounted(Left), 0);
}

#[test]
fn what_goes_back_goes_first() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.pierce(Right, 28);
    duel.damage(Left, 8);
    assert_eq!((duel.winner(), duel.hull(Left)), (Some(Left), 30));
}

#[test]
fn two_mirrors_split_it_once_each() {
    let mut duel = Duel::new();
    play(&mut duel);
    duel.end_turn();
    play(&mut duel);
    duel.damage(Left, 8);
    assert_eq!((duel.hull(Left), duel.hull(Right)), (24, 28));
}
