use alloc::boxed::Box;
use core::mem;

use crate::machine::{Machine, HULL, POWER};
use crate::{Card, Side, Stat};

/// Why a card can't be played. Nothing was paid for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A machine has fallen.
    Over,
    EmptyHand,
    TooLittlePower,
}

/// A duel: both machines, and whose turn it is.
pub struct Duel {
    left: Machine,
    right: Machine,
    active: Side,
    round: u32,
    played: u32,
    fallen: Option<Side>,
}

impl Default for Duel {
    fn default() -> Duel {
        Duel::new()
    }
}

/// What can be seen.
impl Duel {
    /// Both machines are whole; it is the first turn of Left.
    pub fn new() -> Duel {
        Duel { left: Machine::new(), right: Machine::new(), active: Side::Left, round: 1, played: 0, fallen: None }
    }

    pub fn active(&self) -> Side {
        self.active
    }

    /// From 1; it rises when Left's turn begins.
    pub fn round(&self) -> u32 {
        self.round
    }

    /// Cards that the active side has played in this turn. While a card is played, it does not count itself.
    pub fn played_this_turn(&self) -> u32 {
        self.played
    }

    /// The side that is left when a hull is 0.
    pub fn winner(&self) -> Option<Side> {
        self.fallen.map(Side::other)
    }

    pub fn hull(&self, side: Side) -> u32 {
        self.machine(side).hull
    }

    pub fn shield(&self, side: Side) -> u32 {
        self.machine(side).shield
    }

    pub fn heat(&self, side: Side) -> u32 {
        self.machine(side).heat
    }

    pub fn power(&self, side: Side) -> u32 {
        self.machine(side).power
    }

    pub fn hand(&self, side: Side) -> u32 {
        self.machine(side).hand
    }

    pub fn deck(&self, side: Side) -> u32 {
        self.machine(side).deck
    }

    /// How many cards are mounted, without one that is being asked.
    pub fn mounted(&self, side: Side) -> usize {
        self.machine(side).mounted.iter().flatten().count()
    }

    fn machine(&self, side: Side) -> &Machine {
        match side {
            Side::Left => &self.left,
            Side::Right => &self.right,
        }
    }

    fn machine_mut(&mut self, side: Side) -> &mut Machine {
        match side {
            Side::Left => &mut self.left,
            Side::Right => &mut self.right,
        }
    }
}

/// Turns.
impl Duel {
    /// The active side plays a card: it is paid, takes effect, is heard by the mounted cards of both sides (the active side's first), and
    /// is mounted if it stays.
    pub fn play(&mut self, mut card: Box<dyn Card>) -> Result<(), Refusal> {
        let me = self.active;
        let cost = card.cost();
        if self.fallen.is_some() {
            return Err(Refusal::Over);
        }
        let machine = self.machine_mut(me);
        if machine.hand == 0 {
            return Err(Refusal::EmptyHand);
        }
        if machine.power < cost {
            return Err(Refusal::TooLittlePower);
        }
        machine.power -= cost;
        machine.hand -= 1;
        card.play(self, me);
        self.played += 1;
        for side in [me, me.other()] {
            self.ask_mounted(side, |other, duel| other.on_card(duel, side, me));
        }
        if card.stays() {
            self.machine_mut(me).mounted.push(Some(card));
        }
        Ok(())
    }

    /// Ends the active side's turn and begins the other's: power is back to 3, heat burns the hull and falls by 1, a card is drawn, the
    /// mounted cards are asked.
    pub fn end_turn(&mut self) {
        if self.fallen.is_some() {
            return;
        }
        let ended = self.active;
        self.ask_mounted(ended, |card, duel| card.on_turn_end(duel, ended));
        self.machine_mut(ended).mounted.retain(Option::is_some);

        let me = ended.other();
        self.active = me;
        self.played = 0;
        if me == Side::Left {
            self.round += 1;
        }
        self.machine_mut(me).power = POWER;
        self.pierce(me, self.heat(me));
        self.cool(me, 1);
        self.draw(me, 1);
        self.ask_mounted(me, |card, duel| card.on_turn_start(duel, me));
    }

    /// Asks each mounted card of a side, in order, and removes those that don't stay.
    fn ask_mounted(&mut self, side: Side, mut ask: impl FnMut(&mut dyn Card, &mut Duel)) {
        for index in 0..self.machine(side).mounted.len() {
            if let Some(mut card) = self.machine_mut(side).mounted[index].take() {
                ask(card.as_mut(), self);
                if card.stays() {
                    self.machine_mut(side).mounted[index] = Some(card);
                }
            }
        }
    }
}

/// Effects. All numbers stop at 0; once a machine has fallen, no hull changes.
impl Duel {
    /// A hit: the target's mounted cards may change it, the shield stops it, the rest goes to the hull.
    ///
    /// Returns the hull points lost.
    pub fn damage(&mut self, target: Side, amount: u32) -> u32 {
        let mut left = amount;
        self.ask_mounted(target, |card, duel| {
            if left > 0 && duel.fallen.is_none() {
                left = card.on_hit(duel, target, left);
            }
        });
        let stopped = self.strip_shield(target, left);
        self.pierce(target, left - stopped)
    }

    /// Takes hull points past mounted cards and shield. It is no hit.
    ///
    /// Returns the hull points lost.
    pub fn pierce(&mut self, target: Side, amount: u32) -> u32 {
        if self.fallen.is_some() {
            return 0;
        }
        let machine = self.machine_mut(target);
        let lost = amount.min(machine.hull);
        machine.hull -= lost;
        if machine.hull == 0 {
            self.fallen = Some(target);
        }
        lost
    }

    /// Gives hull points back, at most to a whole hull.
    ///
    /// Returns how many.
    pub fn repair(&mut self, target: Side, amount: u32) -> u32 {
        if self.fallen.is_some() {
            return 0;
        }
        let machine = self.machine_mut(target);
        let given = amount.min(HULL - machine.hull);
        machine.hull += given;
        given
    }

    pub fn raise_shield(&mut self, target: Side, amount: u32) {
        self.machine_mut(target).shield += amount;
    }

    /// Returns how much shield there was to take.
    pub fn strip_shield(&mut self, target: Side, amount: u32) -> u32 {
        let machine = self.machine_mut(target);
        let taken = amount.min(machine.shield);
        machine.shield -= taken;
        taken
    }

    /// More heat: it burns at the start of the target's turns.
    pub fn burn(&mut self, target: Side, amount: u32) {
        self.machine_mut(target).heat += amount;
    }

    /// Returns by how much the heat fell.
    pub fn cool(&mut self, target: Side, amount: u32) -> u32 {
        let machine = self.machine_mut(target);
        let fallen = amount.min(machine.heat);
        machine.heat -= fallen;
        fallen
    }

    /// For this turn.
    pub fn gain_power(&mut self, target: Side, amount: u32) {
        self.machine_mut(target).power += amount;
    }

    /// Moves cards from the deck to the hand. Each card that is not there costs 1 hull point.
    ///
    /// Returns how many were drawn.
    pub fn draw(&mut self, target: Side, count: u32) -> u32 {
        let machine = self.machine_mut(target);
        let drawn = count.min(machine.deck);
        machine.deck -= drawn;
        machine.hand += drawn;
        self.pierce(target, count - drawn);
        drawn
    }

    /// Returns how many cards there were to discard.
    pub fn discard(&mut self, target: Side, count: u32) -> u32 {
        let machine = self.machine_mut(target);
        let gone = count.min(machine.hand);
        machine.hand -= gone;
        gone
    }

    /// Both machines swap one of their numbers.
    pub fn swap(&mut self, stat: Stat) {
        let (left, right) = (&mut self.left, &mut self.right);
        match stat {
            Stat::Hull => mem::swap(&mut left.hull, &mut right.hull),
            Stat::Shield => mem::swap(&mut left.shield, &mut right.shield),
            Stat::Heat => mem::swap(&mut left.heat, &mut right.heat),
            Stat::Hand => mem::swap(&mut left.hand, &mut right.hand),
        }
    }
}
