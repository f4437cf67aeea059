//! What stands for many times: the median and the slowest tenth; and a share in per cent. Whole numbers only.

/// What stands for some times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// The middle one; between the two middle ones where there is an even number.
    pub median: i64,
    /// A tenth of them took longer than this or as long (nearest rank).
    pub slowest_tenth: i64,
    /// All of them together.
    pub sum: i64,
}

impl Spread {
    /// Of some times in any order; none of none.
    pub fn of(mut times: Vec<i64>) -> Option<Self> {
        times.sort_unstable();
        let count = times.len();
        let at = |place: usize| times.get(place).copied();
        let (below, above) = (at(count.checked_sub(1)? / 2)?, at(count / 2)?);
        Some(Self {
            median: below.midpoint(above),
            slowest_tenth: at((count * 9).div_ceil(10).checked_sub(1)?)?,
            sum: times.iter().fold(0, |sum: i64, time| sum.saturating_add(*time)),
        })
    }
}

/// Per cent, rounded; never all where one is missing, and never none where there is one. None of nothing.
pub fn percent(part: i64, whole: i64) -> Option<i64> {
    if whole < 1 {
        return None;
    }
    let rounded = part.saturating_mul(100).saturating_add(whole / 2) / whole;
    Some(match part {
        0 => 0,
        all if all == whole => 100,
        _ => rounded.clamp(1, 99),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_and_the_slowest_tenth_the_nearest_rank() {
        for (times, median, tenth) in [
            (vec![7], 7, 7),
            (vec![9, 1], 5, 9),
            (vec![3, 1, 2], 2, 3),
            ((1..=10).collect(), 5, 9),
            ((1..=11).collect(), 6, 10),
            ((1..=20).rev().collect(), 10, 18),
        ] {
            let spread = Spread::of(times.clone()).unwrap();
            assert_eq!((spread.median, spread.slowest_tenth), (median, tenth), "{times:?}");
        }
        assert_eq!(Spread::of(Vec::new()), None);
        assert_eq!(Spread::of(vec![i64::MAX, 1]).unwrap().sum, i64::MAX);
    }

    #[test]
    fn a_share_is_all_or_none_only_where_it_is() {
        for (part, whole, share) in [
            (0, 0, None),
            (0, 9, Some(0)),
            (9, 9, Some(100)),
            (15, 17, Some(88)),
            (10, 14, Some(71)),
            (999, 1_000, Some(99)),
            (1, 1_000, Some(1)),
            (1, 2, Some(50)),
        ] {
            assert_eq!(percent(part, whole), share, "{part} of {whole}");
        }
    }
}
