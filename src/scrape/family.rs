//! What a metric is: a name, what it says, and its samples. Plain data; nothing in here knows how it is written.

/// What kind of metric a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows, or begins anew; its name is written with `_total` at its end.
    Counter,
    Gauge,
    /// Its samples are [`Value::Histogram`].
    Histogram,
}

/// The value of a sample.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Whole(i64),
    Real(f64),
    Histogram(Histogram),
}

/// One series of a family.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Names and values, in any order.
    pub labels: Vec<(String, String)>,
    pub value: Value,
}

/// A metric with all its series.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// The whole name, that of a counter with its `_total`.
    pub name: String,
    pub help: String,
    pub kind: Kind,
    pub samples: Vec<Sample>,
}

impl Family {
    /// A counter without samples.
    pub fn counter(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self::of_kind(Kind::Counter, name, help)
    }

    /// A gauge without samples.
    pub fn gauge(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self::of_kind(Kind::Gauge, name, help)
    }

    /// A histogram without samples.
    pub fn histogram(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self::of_kind(Kind::Histogram, name, help)
    }

    fn of_kind(kind: Kind, name: impl Into<String>, help: impl Into<String>) -> Self {
        Self { name: name.into(), help: help.into(), kind, samples: Vec::new() }
    }

    /// The same with one more sample.
    #[must_use]
    pub fn with(mut self, labels: &[(&str, &str)], value: impl Into<Value>) -> Self {
        self.samples.push(Sample::new(labels, value));
        self
    }

    /// The same with a sample without labels, where there is something to tell.
    #[must_use]
    pub fn told(self, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(&[], value),
            None => self,
        }
    }
}

impl Sample {
    /// A sample with these labels.
    pub fn new(labels: &[(&str, &str)], value: impl Into<Value>) -> Self {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Self { labels: labels.collect(), value: value.into() }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Whole(value)
    }
}

impl From<u64> for Value {
    fn from(value: u64) -> Self {
        Self::Whole(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Whole(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
    }
}

impl From<Histogram> for Value {
    fn from(value: Histogram) -> Self {
        Self::Histogram(value)
    }
}

impl Value {
    /// How much it is, for comparing: of a histogram, how many were observed.
    #[expect(clippy::cast_precision_loss, reason = "only the order counts, and nothing here comes near 2^53")]
    pub fn size(&self) -> f64 {
        match self {
            Self::Whole(value) => *value as f64,
            Self::Real(value) => *value,
            Self::Histogram(value) => value.count() as f64,
        }
    }

    /// Both together. Histograms of other bounds cannot be added: the first one stays.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => Self::Whole(one.saturating_add(other)),
            (Self::Histogram(one), Self::Histogram(other)) => Self::Histogram(one.plus(&other)),
            (Self::Histogram(one), _) => Self::Histogram(one),
            (one, other) => Self::Real(one.size() + other.size()),
        }
    }
}

/// How many observations were how large.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// Upper bounds, each of which belongs to its bucket; finite, small to large.
    bounds: Vec<f64>,
    /// One more than bounds: the last is for all that is larger.
    counts: Vec<u64>,
    sum: f64,
}

impl Histogram {
    /// One without observations. Bounds are put in order; those that are no numbers, or infinite, are left out.
    pub fn with_bounds(bounds: &[f64]) -> Self {
        let mut bounds: Vec<f64> = bounds.iter().copied().filter(|bound| bound.is_finite()).collect();
        bounds.sort_by(f64::total_cmp);
        bounds.dedup_by_key(|bound| bound.to_bits());
        let counts = vec![0; bounds.len() + 1];
        Self { bounds, counts, sum: 0.0 }
    }

    /// One of what was counted elsewhere: how many were not larger than each bound, and last how many there were; both grow.
    pub fn of_upwards(bounds: &[f64], upwards: &[u64], sum: f64) -> Self {
        let (mut histogram, mut below) = (Self { sum, ..Self::with_bounds(bounds) }, 0);
        for (count, upward) in histogram.counts.iter_mut().zip(upwards) {
            *count = upward.saturating_sub(below);
            below = below.max(*upward);
        }
        histogram
    }

    /// Counts an observation; what is no number is none.
    pub fn observe(&mut self, value: f64) {
        let place = self.bounds.partition_point(|bound| *bound < value);
        let count = self.counts.get_mut(place).filter(|_| !value.is_nan());
        if let Some(count) = count {
            *count = count.saturating_add(1);
            self.sum += value;
        }
    }

    /// Each bound with how many were not larger.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, u64)> {
        let upwards = self.counts.iter().scan(0_u64, |sum, count| {
            *sum = sum.saturating_add(*count);
            Some(*sum)
        });
        self.bounds.iter().copied().zip(upwards)
    }

    /// How many were observed.
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// All of them added up.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    fn plus(mut self, other: &Self) -> Self {
        let bits =
            |histogram: &Self| histogram.bounds.iter().map(|bound| bound.to_bits()).collect::<Vec<_>>();
        if bits(&self) == bits(other) {
            for (count, more) in self.counts.iter_mut().zip(&other.counts) {
                *count = count.saturating_add(*more);
            }
            self.sum += other.sum;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn observed(bounds: &[f64], values: &[f64]) -> Histogram {
        let mut histogram = Histogram::with_bounds(bounds);
        values.iter().for_each(|value| histogram.observe(*value));
        histogram
    }

    #[test]
    fn an_observation_counts_in_every_bucket_that_holds_it() {
        let histogram = observed(&[1.0, 0.1, f64::INFINITY, 0.1, f64::NAN], &[0.1, 0.5, 1.0, 7.0, f64::NAN]);
        assert_eq!(histogram.buckets().collect::<Vec<_>>(), [(0.1, 1), (1.0, 3)]);
        assert_eq!((histogram.count(), format!("{:.1}", histogram.sum())), (4, "8.6".to_owned()));
    }

    #[test]
    fn what_was_counted_elsewhere_is_the_same() {
        let counted = Histogram::of_upwards(&[0.1, 1.0], &[1, 3, 4], 8.5);
        assert_eq!(counted.buckets().collect::<Vec<_>>(), [(0.1, 1), (1.0, 3)]);
        assert_eq!((counted.count(), counted), (4, Histogram::of_upwards(&[1.0, 0.1], &[1, 3, 4], 8.5)));
        let nothing = Histogram::of_upwards(&[0.1], &[], 0.0);
        assert_eq!((nothing.count(), nothing), (0, Histogram::with_bounds(&[0.1])));
    }

    #[test]
    fn values_are_added_as_what_they_are() {
        let whole = Value::Whole;
        assert_eq!(whole(2).plus(whole(3)), whole(5));
        assert_eq!(whole(i64::MAX).plus(whole(3)), whole(i64::MAX));
        assert_eq!(whole(2).plus(Value::Real(0.5)), Value::Real(2.5));
        let (one, two) = (observed(&[1.0], &[0.5]), observed(&[1.0], &[2.0, 0.5]));
        assert_eq!(Value::from(one.clone()).plus(two.into()), observed(&[1.0], &[0.5, 2.0, 0.5]).into());
        assert_eq!(Value::from(one.clone()).plus(observed(&[2.0], &[0.5]).into()), one.into());
    }
}
