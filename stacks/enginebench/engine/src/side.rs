/// One of the two machines. Left begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
}

impl Side {
    /// The opponent.
    pub fn other(self) -> Side {
        match self {
            Side::Left => Side::Right,
            Side::Right => Side::Left,
        }
    }
}

/// What two machines can swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stat {
    Hull,
    Shield,
    Heat,
    Hand,
}
