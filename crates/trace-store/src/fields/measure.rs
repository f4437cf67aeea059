//! What metrics measure of a field, from the rows and from the sums by hour.

/// A measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// One row's value, in the unit of the API.
    pub sql: &'static str,
    /// Whether different values are counted, whatever the aggregation says.
    pub is_distinct: bool,
    /// The same from sums by hour, where those have it.
    pub sums: Option<Sums>,
}

/// Columns of sums; see [`crate::hours`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sums {
    /// The columns that add up to the sum of the values.
    pub sum: &'static [&'static str],
    /// How many rows have a value.
    pub rows: &'static str,
    /// The least and the greatest.
    pub range: Option<(&'static str, &'static str)>,
    /// How many units of the columns make one of the measure.
    pub units: &'static str,
}

impl Measure {
    /// One that only rows tell.
    pub(super) const fn of_rows(sql: &'static str) -> Self {
        Self { sql, is_distinct: false, sums: None }
    }

    /// How many different values there are.
    pub(super) const fn distinct(sql: &'static str) -> Self {
        Self { sql, is_distinct: true, sums: None }
    }

    /// One that sums by hour tell too.
    pub(super) const fn summed(
        sql: &'static str,
        sum: &'static [&'static str],
        rows: &'static str,
        units: &'static str,
    ) -> Self {
        Self { sql, is_distinct: false, sums: Some(Sums { sum, rows, range: None, units }) }
    }

    /// The same with the columns of its least and greatest value.
    pub(super) const fn ranged(self, least: &'static str, greatest: &'static str) -> Self {
        match self.sums {
            Some(sums) => Self { sums: Some(Sums { range: Some((least, greatest)), ..sums }), ..self },
            None => self,
        }
    }
}

/// A measure in the units of the columns.
pub(super) const ONE: &str = "1.0";
/// Nano-dollars in a dollar.
pub(super) const DOLLAR: &str = "1000000000.0";
/// Microseconds in a millisecond.
pub(super) const MILLISECOND: &str = "1000.0";
