//! The days of the story: working days before today and hours of a day, so that it is always the last three months.

use chrono::{Datelike as _, NaiveDate, Weekday};

use crate::foundation::Timestamp;

/// A moment of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    /// Working days before today, at least one: nothing of the story is still to come.
    ago: u16,
    hour: u8,
    minute: u8,
}

/// So many working days ago, at an hour and minute of that day, in UTC.
pub(super) const fn at(ago: u16, hour: u8, minute: u8) -> At {
    At { ago, hour, minute }
}

/// The calendar of the story.
#[derive(Clone, Copy, Debug)]
pub(super) struct Days {
    today: NaiveDate,
}

impl Days {
    /// Counted back from the day of this moment.
    pub(super) fn until(now: Timestamp) -> Self {
        Self { today: now.to_chrono().date_naive() }
    }

    /// When that is.
    pub(super) fn moment(self, at: At) -> Timestamp {
        let minutes = u32::from(at.hour) * 60 + u32::from(at.minute);
        let day = self.date(-i32::from(at.ago.max(1)));
        let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros();
        Timestamp(midnight).plus_micros(i64::from(minutes) * 60_000_000)
    }

    /// That day as forms and files write it.
    pub(super) fn day(self, off: i32) -> String {
        self.date(off).format("%Y-%m-%d").to_string()
    }

    /// The day so many working days after today, or before.
    pub(super) fn date(self, off: i32) -> NaiveDate {
        let (mut day, mut left) = (self.today, off.unsigned_abs());
        while left > 0 {
            let next = if off < 0 { day.pred_opt() } else { day.succ_opt() };
            // The ends of the calendar are the ends of the story.
            let Some(next) = next else { return day };
            day = next;
            left -= u32::from(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_weekends_and_end_before_today() {
        // 2026-11-21 is a Saturday.
        let days = Days::until(Timestamp(1_795_251_600_000_000));
        for (off, day) in
            [(-1, "2026-11-20"), (-5, "2026-11-16"), (-6, "2026-11-13"), (1, "2026-11-23"), (0, "2026-11-21")]
        {
            assert_eq!(days.day(off), day, "{off}");
        }
        assert_eq!(days.moment(at(1, 16, 30)).to_minute(), "2026-11-20 16:30 UTC");
        assert_eq!(days.moment(at(0, 7, 0)), days.moment(at(1, 7, 0)), "nothing of it is of today");
    }
}
