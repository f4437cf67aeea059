//! The form of a schedule: what was typed, read as terms, and terms written back as they are typed.

use chrono::{Datelike as _, NaiveDate, NaiveTime, Timelike as _, Weekday};

use super::day_of;
use crate::foundation::{FieldErrors, Result, Timestamp};
use crate::maintenance::schedules::decide::UNTOUCHED;
use crate::maintenance::schedules::model::{Basis, Ends, MonthOn, Nth, Rhythm, Schedule, Terms};
use crate::maintenance::schedules::words::{clock, weekday_name};
use crate::web::Form;
use crate::web::zone::{self, Reading};
use crate::work_orders::model::{Assignee, Priority};

/// The days of a week, Monday first.
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// What was typed.
#[derive(Clone, Default)]
pub(super) struct Given {
    /// The code of the procedure.
    pub(super) procedure: String,
    pub(super) every: String,
    unit: String,
    weekdays: Vec<String>,
    month_by: String,
    pub(super) month_day: String,
    nth: String,
    weekday: String,
    basis: String,
    pub(super) time: String,
    pub(super) zone: String,
    pub(super) lead: String,
    pub(super) first: String,
    ends: String,
    pub(super) last: String,
    pub(super) count: String,
    pub(super) tag: String,
    pub(super) account: String,
    priority: String,
    pub(super) stop_after: String,
    pub(super) approve: bool,
    pub(super) reason: String,
    /// The version that was loaded to be changed; empty where there is none.
    pub(super) seen: String,
}

impl Given {
    pub(super) fn of(form: &Form) -> Self {
        let text = |name: &str| form.raw(name).to_owned();
        Self {
            procedure: text("procedure"),
            every: text("every"),
            unit: text("unit"),
            weekdays: form.all("weekdays").map(str::to_owned).collect(),
            month_by: text("month_by"),
            month_day: text("month_day"),
            nth: text("nth"),
            weekday: text("weekday"),
            basis: text("basis"),
            time: text("time"),
            zone: text("zone"),
            lead: text("lead"),
            first: text("first"),
            ends: text("ends"),
            last: text("last"),
            count: text("count"),
            tag: text("tag"),
            account: text("account"),
            priority: text("priority"),
            stop_after: text("stop_after"),
            approve: form.is_checked("approve"),
            reason: text("reason"),
            seen: text("seen"),
        }
    }

    /// What a new form begins with: weekly, on today's day of the week, in the reader's zone.
    pub(super) fn nothing(procedure: String, may_approve: bool, now: Timestamp) -> Self {
        let reader = Reading::current();
        let today = reader.date(now);
        // As pages write it, its name has blanks.
        let own = reader.zone_name().replace(' ', "_");
        let zone = if zone::is_known(&own) { own } else { "UTC".to_owned() };
        let terms = Terms {
            rhythm: Rhythm::Weeks { every: 1, on: vec![today.weekday()] },
            first: today,
            minute: 6 * 60,
            zone,
            stop_after: UNTOUCHED,
            approve: may_approve,
            ..Terms::default()
        };
        Self { procedure, ..Self::of_terms(&terms) }
    }

    /// What is to be changed.
    pub(super) fn of_schedule(schedule: &Schedule) -> Self {
        Self { seen: schedule.version.to_string(), ..Self::of_terms(&schedule.terms) }
    }

    fn of_terms(terms: &Terms) -> Self {
        let name = |weekday: Weekday| weekday.to_string().to_lowercase();
        let (mut given, today) = (Self::default(), terms.first);
        (given.month_by, given.month_day) = ("day".to_owned(), today.day().to_string());
        (given.nth, given.weekday) = ("first".to_owned(), name(today.weekday()));
        let unit = match &terms.rhythm {
            Rhythm::Days { .. } => "days",
            Rhythm::Weeks { on, .. } => {
                given.weekdays = on.iter().map(|weekday| name(*weekday)).collect();
                "weeks"
            }
            Rhythm::Months { on: MonthOn::Day(day), .. } => {
                given.month_day = day.to_string();
                "months"
            }
            Rhythm::Months { on: MonthOn::Nth(nth, weekday), .. } => {
                "weekday".clone_into(&mut given.month_by);
                (given.nth, given.weekday) = (nth.as_str().to_owned(), name(*weekday));
                "months"
            }
            Rhythm::Years { .. } => "years",
        };
        let ends = match terms.ends {
            Ends::Never => "never",
            Ends::On(day) => {
                given.last = day.to_string();
                "on"
            }
            Ends::After(count) => {
                given.count = count.to_string();
                "after"
            }
        };
        let basis = if terms.basis == Basis::Completion { "completion" } else { "calendar" };
        Self {
            every: terms.rhythm.every().to_string(),
            unit: unit.to_owned(),
            ends: ends.to_owned(),
            basis: basis.to_owned(),
            time: clock(terms.minute),
            zone: terms.zone.clone(),
            lead: terms.lead.to_string(),
            first: terms.first.to_string(),
            tag: terms.asset.clone().unwrap_or_default(),
            account: terms.assignee.as_ref().and_then(|to| to.account.clone()).unwrap_or_default(),
            priority: terms.priority.map(|it| it.as_str().to_owned()).unwrap_or_default(),
            stop_after: terms.stop_after.to_string(),
            approve: terms.approve,
            ..given
        }
    }

    /// What was typed as terms, as far as each field can be read by itself; whether they fit each other is decided later.
    pub(super) fn terms(&self) -> Result<Terms> {
        let mut errors = FieldErrors::default();
        let terms = self.read(&mut errors);
        errors.into_result().map(|()| terms)
    }

    fn read(&self, errors: &mut FieldErrors) -> Terms {
        let account = Some(self.account.trim()).filter(|account| !account.is_empty());
        let time = NaiveTime::parse_from_str(self.time.trim(), "%H:%M");
        let minute = time.map(|time| time.hour() * 60 + time.minute());
        if minute.is_err() {
            errors.add("time", "a time of day, such as 06:30");
        }
        if !zone::is_known(self.zone.trim()) {
            errors.add("zone", "this is the name of no time zone");
        }
        Terms {
            rhythm: self.rhythm(errors),
            basis: if self.basis.trim() == "completion" { Basis::Completion } else { Basis::Calendar },
            first: day_in("first", &self.first, errors),
            ends: self.ends(errors),
            minute: minute.ok().and_then(|minute| u16::try_from(minute).ok()).unwrap_or_default(),
            zone: self.zone.trim().to_owned(),
            lead: number("lead", &self.lead, errors),
            asset: Some(self.tag.trim().to_owned()).filter(|tag| !tag.is_empty()),
            assignee: account.map(|id| Assignee { account: Some(id.to_owned()), ..Assignee::default() }),
            priority: self.priority(errors),
            stop_after: number("stop_after", &self.stop_after, errors),
            approve: self.approve,
        }
    }

    fn rhythm(&self, errors: &mut FieldErrors) -> Rhythm {
        let every = number("every", &self.every, errors);
        match self.unit.trim() {
            "days" => Rhythm::Days { every },
            "weeks" => {
                let known = |word: &String| word.trim().parse::<Weekday>().ok();
                let mut on: Vec<Weekday> = self.weekdays.iter().filter_map(known).collect();
                on.sort_unstable_by_key(Weekday::num_days_from_monday);
                on.dedup();
                Rhythm::Weeks { every, on }
            }
            "months" => Rhythm::Months { every, on: self.month_on(errors) },
            "years" => Rhythm::Years { every },
            _ => {
                errors.add("unit", "choose days, weeks, months or years");
                Rhythm::Days { every }
            }
        }
    }

    fn month_on(&self, errors: &mut FieldErrors) -> MonthOn {
        if self.month_by.trim() != "weekday" {
            return MonthOn::Day(number("month_day", &self.month_day, errors));
        }
        if let (Some(nth), Ok(weekday)) = (Nth::read(self.nth.trim()), self.weekday.trim().parse()) {
            return MonthOn::Nth(nth, weekday);
        }
        errors.add("weekday", "choose which day of the week of the month");
        MonthOn::Day(1)
    }

    fn ends(&self, errors: &mut FieldErrors) -> Ends {
        match self.ends.trim() {
            "on" => Ends::On(day_in("last", &self.last, errors)),
            "after" => Ends::After(number("count", &self.count, errors)),
            _ => Ends::Never,
        }
    }

    fn priority(&self, errors: &mut FieldErrors) -> Option<Priority> {
        let word = Some(self.priority.trim()).filter(|word| !word.is_empty())?;
        let found = Priority::read(word);
        if found.is_none() {
            errors.add("priority", "choose one of the list");
        }
        found
    }

    /// The choices of each list: value, words, whether it is chosen.
    pub(super) fn units(&self) -> Vec<(&'static str, &'static str, bool)> {
        let units = [("days", "days"), ("weeks", "weeks"), ("months", "months"), ("years", "years")];
        chosen(&units, &self.unit)
    }

    pub(super) fn bases(&self) -> Vec<(&'static str, &'static str, bool)> {
        let bases = [
            ("calendar", "the planned day: whatever becomes of the orders"),
            ("completion", "the day on which the last order ended: while it is open, none is made"),
        ];
        chosen(&bases, &self.basis)
    }

    pub(super) fn month_ways(&self) -> Vec<(&'static str, &'static str, bool)> {
        chosen(&[("day", "a day of the month"), ("weekday", "a day of the week")], &self.month_by)
    }

    pub(super) fn nths(&self) -> Vec<(&'static str, &'static str, bool)> {
        chosen(&Nth::ALL.map(|nth| (nth.as_str(), nth.as_str())), &self.nth)
    }

    pub(super) fn endings(&self) -> Vec<(&'static str, &'static str, bool)> {
        let endings = [("never", "never"), ("on", "after a day"), ("after", "after a number of orders")];
        chosen(&endings, &self.ends)
    }

    pub(super) fn priorities(&self) -> Vec<(&'static str, &'static str, bool)> {
        let mut all = vec![("", "that of the procedure")];
        all.extend(Priority::ALL.iter().skip(1).map(|it| (it.as_str(), it.as_str())));
        chosen(&all, &self.priority)
    }

    /// The days of the week with a box each.
    pub(super) fn week_boxes(&self) -> Vec<(&'static str, &'static str, bool)> {
        week(|value| self.weekdays.iter().any(|it| it.trim().eq_ignore_ascii_case(value)))
    }

    /// The days of the week as a list, for a month.
    pub(super) fn week_list(&self) -> Vec<(&'static str, &'static str, bool)> {
        week(|value| self.weekday.trim().eq_ignore_ascii_case(value))
    }

    pub(super) fn is_zone(&self, name: &str) -> bool {
        self.zone.trim() == name
    }

    pub(super) fn is_of(&self, code: &str) -> bool {
        self.procedure.trim().eq_ignore_ascii_case(code)
    }
}

fn week(is_on: impl Fn(&str) -> bool) -> Vec<(&'static str, &'static str, bool)> {
    let day = |weekday: Weekday| (value_of(weekday), weekday_name(weekday), is_on(value_of(weekday)));
    WEEK.into_iter().map(day).collect()
}

fn value_of(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "mon",
        Weekday::Tue => "tue",
        Weekday::Wed => "wed",
        Weekday::Thu => "thu",
        Weekday::Fri => "fri",
        Weekday::Sat => "sat",
        Weekday::Sun => "sun",
    }
}

fn chosen(all: &[(&'static str, &'static str)], word: &str) -> Vec<(&'static str, &'static str, bool)> {
    all.iter().map(|(value, words)| (*value, *words, *value == word.trim())).collect()
}

fn number(field: &'static str, text: &str, errors: &mut FieldErrors) -> u32 {
    let number = text.trim().parse::<u32>();
    if number.is_err() {
        errors.add(field, "a whole number, such as 1");
    }
    number.unwrap_or_default()
}

fn day_in(field: &'static str, text: &str, errors: &mut FieldErrors) -> NaiveDate {
    let day = day_of(text);
    if day.is_none() {
        errors.add(field, "this is no day; write it like 2026-12-01");
    }
    day.unwrap_or_default()
}
