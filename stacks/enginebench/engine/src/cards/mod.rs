//! The cards, one module each.

pub mod auto_turret;
pub mod blowtorch;
pub mod capacitor;
pub mod crossed_wires;
pub mod plating;
pub mod ram;
pub mod reactive_armor;
pub mod rivet_gun;
pub mod scan;
pub mod weld;
