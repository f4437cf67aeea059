//! Counts by bucket, of which most are empty.

/// How many were in which bucket: those that are not 0, in the order of the buckets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buckets(Vec<(u8, i64)>);

impl Buckets {
    /// Puts so many more into a bucket; fewer where it is negative.
    pub fn add(&mut self, bucket: usize, more: i64) {
        let Ok(bucket) = u8::try_from(bucket) else { return };
        match self.0.binary_search_by_key(&bucket, |(bucket, _)| *bucket) {
            Err(place) if more != 0 => self.0.insert(place, (bucket, more)),
            Err(_) => {}
            Ok(place) => {
                let left = self.0.get_mut(place).map(|(_, count)| {
                    *count = count.saturating_add(more);
                    *count
                });
                if left == Some(0) {
                    self.0.remove(place);
                }
            }
        }
    }

    /// Those that are not empty, by their places.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (usize, i64)> {
        self.0.iter().map(|(bucket, count)| (usize::from(*bucket), *count))
    }

    /// How many of a bucket.
    pub fn of(&self, bucket: usize) -> i64 {
        self.iter().find(|(place, _)| *place == bucket).map_or(0, |(_, count)| count)
    }

    /// How many in all.
    pub fn total(&self) -> i64 {
        self.iter().fold(0, |all: i64, (_, count)| all.saturating_add(count))
    }

    /// Whether all are empty.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(usize, i64)> for Buckets {
    fn from_iter<T: IntoIterator<Item = (usize, i64)>>(counts: T) -> Self {
        let mut all = Self::default();
        counts.into_iter().for_each(|(bucket, count)| all.add(bucket, count));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_that_comes_to_nothing_is_gone() {
        let mut all: Buckets = [(7, 2), (1, 3), (7, 1), (4, 0)].into_iter().collect();
        assert_eq!(all.iter().collect::<Vec<_>>(), [(1, 3), (7, 3)]);
        assert_eq!((all.total(), all.of(7), all.of(2)), (6, 3, 0));
        all.add(1, -3);
        all.add(7, -3);
        assert!(all.is_empty() && all == Buckets::default());
    }
}
