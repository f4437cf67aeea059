//! What a job is: tiers, states, when to run again. Pure.

use diesel_derive_newtype::DieselNewType;

use crate::foundation::{Error, Timestamp};

/// One second, in microseconds.
const SECOND: i64 = 1_000_000;
/// The wait before the second attempt.
const FIRST_WAIT: i64 = 10 * SECOND;
/// The longest wait between two attempts.
const LONGEST_WAIT: i64 = 3_600 * SECOND;
/// The shortest time between two runs of a schedule.
pub const SHORTEST_EVERY: i64 = SECOND;
/// Minutes of a day.
const DAY_MINUTES: i64 = 24 * 60;

/// A job's id, a `UUIDv7`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, DieselNewType)]
pub struct JobId(pub String);

/// How urgent a kind of work is. One slot of every worker takes only the first two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Somebody's right depends on it: erasure, signatures.
    Critical,
    /// Somebody waits for it.
    High,
    Normal,
    /// Whenever there is time: clean-up, pulls of old data.
    Low,
}

impl Tier {
    /// All four, most urgent first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Normal, Self::Low];

    /// The word on pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Normal => "normal",
            Self::Low => "low",
        }
    }

    /// The stored number; smaller is more urgent.
    pub fn number(self) -> i16 {
        match self {
            Self::Critical => 0,
            Self::High => 1,
            Self::Normal => 2,
            Self::Low => 3,
        }
    }

    /// Reads the stored number back.
    pub fn from_stored(number: i16) -> Self {
        Self::ALL.into_iter().find(|tier| tier.number() == number).unwrap_or(Self::Low)
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// For its time, or for a free slot.
    Waiting,
    /// A worker holds it.
    Running,
    /// It ended well.
    Done,
    /// It failed too often, or for good; kept until somebody retries or cancels it.
    Dead,
    Cancelled,
}

impl State {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Dead => "dead",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads the stored word back; the databases refuse any other.
    pub fn from_stored(word: &str) -> Self {
        match word {
            "waiting" => Self::Waiting,
            "running" => Self::Running,
            "done" => Self::Done,
            "cancelled" => Self::Cancelled,
            _ => Self::Dead,
        }
    }

    /// Whether somebody may start it over.
    pub fn may_retry(self) -> bool {
        matches!(self, Self::Dead | Self::Cancelled)
    }

    /// Whether somebody may call it off.
    pub fn may_cancel(self) -> bool {
        matches!(self, Self::Waiting | Self::Running | Self::Dead)
    }
}

/// How to enqueue; the default is "now, and every time".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Not before this moment.
    pub run_at: Option<Timestamp>,
    /// Names the piece of work: while a job with this key waits, no second one is made.
    pub dedup_key: Option<String>,
    /// What to do when the job with this key is already running.
    pub while_running: WhileRunning,
}

impl Options {
    /// Work named by this key: one waiting job is enough.
    pub fn once(dedup_key: impl Into<String>) -> Self {
        Self { dedup_key: Some(dedup_key.into()), ..Self::default() }
    }
}

/// What a job that is asked for while its like is running means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WhileRunning {
    /// The running one may have passed by what is new: it runs once more afterwards.
    #[default]
    RunAgain,
    /// The running one covers it.
    Skip,
}

/// When a schedule runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Every so many microseconds, at least a second.
    Every(i64),
    /// Every day at this minute of the UTC day.
    Daily {
        /// 0 to 23.
        hour: u8,
        /// 0 to 59.
        minute: u8,
    },
}

impl When {
    /// Every so many minutes.
    pub const fn minutes(minutes: i64) -> Self {
        Self::Every(minutes * 60 * SECOND)
    }

    /// The first moment of this schedule after `now`. `planned` keeps the beat: periods that were slept through run once.
    pub fn next_after(self, planned: Timestamp, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(micros) => {
                let step = micros.max(SHORTEST_EVERY);
                let missed = now.micros_since(planned).max(0) / step;
                planned.plus_micros((missed + 1).saturating_mul(step))
            }
            Self::Daily { .. } => {
                let day = 86_400 * SECOND;
                let of_day = self.daily_minute().unwrap_or_default() * 60 * SECOND;
                let today = now.0.div_euclid(day) * day + of_day;
                Timestamp(if today > now.0 { today } else { today + day })
            }
        }
    }

    /// The first run of a schedule made at `now`: at once for a beat, at its hour for a daily one.
    pub fn first(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Every(_) => now,
            Self::Daily { .. } => self.next_after(now, now),
        }
    }

    /// The minute of the UTC day, for a daily one.
    pub fn daily_minute(self) -> Option<i64> {
        match self {
            Self::Every(_) => None,
            Self::Daily { hour, minute } => Some((i64::from(hour) * 60 + i64::from(minute)) % DAY_MINUTES),
        }
    }

    /// The beat in microseconds, for one that has a beat.
    pub fn every_micros(self) -> Option<i64> {
        match self {
            Self::Every(micros) => Some(micros.max(SHORTEST_EVERY)),
            Self::Daily { .. } => None,
        }
    }

    /// Reads the stored columns back.
    pub fn from_stored(every_micros: Option<i64>, daily_minute: Option<i64>) -> Self {
        match (every_micros, daily_minute) {
            (Some(micros), _) => Self::Every(micros),
            (None, minute) => {
                let minute = minute.unwrap_or_default().rem_euclid(DAY_MINUTES);
                let part = |value: i64| u8::try_from(value).unwrap_or_default();
                Self::Daily { hour: part(minute / 60), minute: part(minute % 60) }
            }
        }
    }

    /// In words: `every 30 min`, `daily at 03:15 UTC`.
    pub fn words(self) -> String {
        match self {
            Self::Daily { hour, minute } => format!("daily at {hour:02}:{minute:02} UTC"),
            Self::Every(micros) => {
                let seconds = micros / SECOND;
                match seconds {
                    0..120 => format!("every {seconds} s"),
                    120..7_200 => format!("every {} min", seconds / 60),
                    _ => format!("every {} h", seconds / 3_600),
                }
            }
        }
    }
}

/// Microseconds until the next attempt after `attempts` failed ones: 10 s, 20 s, 40 s … 1 h, each stretched by up to a
/// quarter so that many failures do not come back together. `jitter` is random, 0 to 1,000.
pub fn wait_before_retry(attempts: i64, jitter: i64) -> i64 {
    let doublings = u32::try_from(attempts.saturating_sub(1).clamp(0, 20)).unwrap_or_default();
    let wait = FIRST_WAIT.saturating_mul(1_i64 << doublings).min(LONGEST_WAIT);
    wait + wait / 4 * jitter.clamp(0, 1_000) / 1_000
}

/// Whether trying again can help: what was refused by a rule or was never readable is dead at once.
pub fn is_worth_retrying(cause: &Error) -> bool {
    match cause {
        Error::Conflict { .. } | Error::Busy { .. } | Error::Unavailable(_) | Error::Internal(_) => true,
        Error::NotFound(_)
        | Error::Unauthenticated
        | Error::Forbidden(_)
        | Error::Refused(_)
        | Error::Invalid(_)
        | Error::TooLarge(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour_and_are_spread() {
        for (attempts, seconds) in [(0, 10), (1, 10), (2, 20), (3, 40), (9, 2_560), (10, 3_600), (99, 3_600)]
        {
            assert_eq!(wait_before_retry(attempts, 0), seconds * SECOND, "{attempts}");
            let latest = wait_before_retry(attempts, 1_000);
            assert_eq!(latest, seconds * SECOND + seconds * SECOND / 4, "{attempts}");
        }
    }

    #[test]
    fn a_beat_is_kept_and_slept_through_periods_run_once() {
        let every = When::minutes(10);
        let planned = Timestamp(1_000 * SECOND);
        for (now, next) in [(1_000, 1_600), (1_005, 1_600), (1_599, 1_600), (1_600, 2_200), (5_000, 5_200)] {
            assert_eq!(every.next_after(planned, Timestamp(now * SECOND)), Timestamp(next * SECOND), "{now}");
        }
    }

    #[test]
    fn a_daily_run_comes_at_its_minute_of_the_utc_day() {
        let daily = When::Daily { hour: 3, minute: 15 };
        let at = |text| Timestamp::parse_rfc3339(text).unwrap();
        for (now, next) in [
            ("2026-02-28T03:14:59.999999Z", "2026-02-28T03:15:00Z"),
            ("2026-02-28T03:15:00Z", "2026-03-01T03:15:00Z"),
            ("2026-12-31T23:59:00Z", "2027-01-01T03:15:00Z"),
        ] {
            assert_eq!(daily.next_after(Timestamp(0), at(now)), at(next), "{now}");
        }
        assert_eq!(When::from_stored(daily.every_micros(), daily.daily_minute()), daily);
        assert_eq!(daily.words(), "daily at 03:15 UTC");
    }

    #[test]
    fn tiers_and_states_are_read_back_as_they_were_stored() {
        for tier in Tier::ALL {
            assert_eq!(Tier::from_stored(tier.number()), tier);
        }
        for state in [State::Waiting, State::Running, State::Done, State::Dead, State::Cancelled] {
            assert_eq!(State::from_stored(state.as_str()), state);
        }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        assert!(is_worth_retrying(&Error::Busy { retry_after_s: 1 }));
        assert!(is_worth_retrying(&Error::internal("disk")));
        assert!(!is_worth_retrying(&Error::refused("no")));
        assert!(!is_worth_retrying(&Error::invalid("payload", "unreadable")));
    }
}
