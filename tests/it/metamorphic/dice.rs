//! Choices out of a number, so that a run can be repeated and made smaller.

/// Gives choices, each from the digits of a number that are left.
pub struct Dice {
    left: u64,
    /// Where more comes from when nothing is left. Without it, the first possibility is chosen from then on.
    seed: Option<u64>,
}

impl Dice {
    /// For a few choices. The smaller the number, the more of them are the first possibility.
    pub fn few(number: u64) -> Dice {
        Dice { left: number, seed: None }
    }

    /// For any number of choices.
    pub fn many(seed: u64) -> Dice {
        Dice { left: 0, seed: Some(seed) }
    }

    /// A number below a bound, which is at least 1.
    pub fn below(&mut self, bound: usize) -> usize {
        if self.left < bound as u64
            && let Some(seed) = &mut self.seed
        {
            // splitmix64
            *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = *seed;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            self.left = mixed ^ (mixed >> 31);
        }
        let choice = self.left % bound as u64;
        self.left /= bound as u64;
        choice as usize
    }

    /// Yes or no.
    pub fn flip(&mut self) -> bool {
        self.below(2) == 1
    }

    /// One of several; `None` if there are none.
    pub fn of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        if all.is_empty() { None } else { Some(all[self.below(all.len())].clone()) }
    }
}
