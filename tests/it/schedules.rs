//! Schedules on both databases: a simulated year on two servers, completion, stopping, what holds them up, signatures, pages.

mod kept;
mod pages;

use chrono::{NaiveDate, Weekday};
use futures_util::future::join_all;
use tracewright::foundation::{Asker, Role, Timestamp};
use tracewright::ledger::rebuild;
use tracewright::maintenance::procedures::actions::{approve, create, submit};
use tracewright::maintenance::schedules::actions::{create as set_up, make_due as due, pause, resume, skip};
use tracewright::maintenance::schedules::model::{Basis, Ends, MonthOn, Rhythm, Schedule, Standing, Terms};
use tracewright::maintenance::schedules::next::on_or_after;
use tracewright::maintenance::schedules::reads;
use tracewright::state::App;
use tracewright::work_orders::actions::comment;
use tracewright::work_orders::model::{Outcome, Status};
use tracewright::work_orders::reads::{self as order_reads, Filter};

use crate::guards::stage::{complete, do_tick, give, go, hire, load, owner};
use crate::harness::http::{Client, site};
use crate::harness::{DAY, SECOND, TestApp, on_both};
use crate::people::pages::cookie;

pub(crate) const TEXT: &str = "# Round of the press\n\n## Header\n\n| Field | Value |\n|-------|-------|\n| **Type** | Preventive |\n\
    | **Priority** | MEDIUM |\n\n## Step 1: Look\n\n- [ ] It is shut\n\n## Completion Criteria\n\n- It holds 6 bar\n";
const HOUR: i64 = 3_600 * SECOND;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).unwrap()
}

/// A procedure in use.
pub(crate) async fn procedure(t: &TestApp, by: &Asker, text: &str) -> String {
    let made = create::create(&t.app, by, String::new(), text).await.unwrap().procedure;
    submit::submit(&t.app, by, &made, 1).await.unwrap();
    approve::approve(&t.app, by, &made, 1, None).await.unwrap();
    made
}

/// Every day at six in Berlin, from a day on.
pub(crate) fn daily(first: &str) -> Terms {
    Terms {
        rhythm: Rhythm::Days { every: 1 },
        first: date(first),
        minute: 360,
        zone: "Europe/Berlin".to_owned(),
        stop_after: 100,
        ..Terms::default()
    }
}

pub(crate) async fn set(t: &TestApp, by: &Asker, procedure: &str, terms: Terms) -> String {
    set_up::create(&t.app, by, procedure, terms).await.unwrap().schedule
}

/// Looks at every schedule once; how many orders were made.
pub(crate) async fn make_due(app: &App, by: &Asker) -> u32 {
    let (rule, mut made, mut after) = (Asker::system(by.project), 0, None);
    loop {
        let ran = due::make_due(app, &rule, after).await.unwrap();
        made += ran.made;
        after = ran.next;
        if after.is_none() {
            return made;
        }
    }
}

async fn schedule(t: &TestApp, who: &Asker, id: &str) -> Schedule {
    let (project, id) = (who.project, id.to_owned());
    t.app.db.read(move |conn| reads::load(conn, project, &id)).await.unwrap()
}

fn made_days(schedule: &Schedule) -> Vec<String> {
    schedule.made.iter().map(|made| made.day.to_string()).collect()
}

async fn orders(t: &TestApp, who: &Asker) -> i64 {
    let project = who.project;
    t.app.db.read(move |conn| order_reads::count(conn, project, &Filter::default())).await.unwrap()
}

async fn is_as_its_events_make_it(t: &TestApp) {
    let app = t.app.clone();
    let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
    assert!(checked.differences.is_empty(), "{:?}", checked.differences);
}

/// The clock moves on to a moment.
fn until(t: &TestApp, moment: &str) {
    t.clock.advance(at(moment).0 - t.app.now().0);
}

/// The days of a rhythm from one day to another.
fn days_of(terms: &Terms, to: NaiveDate) -> Vec<NaiveDate> {
    let next = |day: &NaiveDate| on_or_after(&terms.rhythm, terms.first, day.succ_opt()?);
    std::iter::successors(on_or_after(&terms.rhythm, terms.first, terms.first), next)
        .take_while(|day| *day <= to)
        .collect()
}

on_both! {
    async fn over_a_year_each_order_is_made_once_by_two_servers_and_none_twice(t: TestApp) {
        let boss = owner(&t).await;
        let press = procedure(&t, &boss, TEXT).await;
        until(&t, "2027-07-01T00:00:00Z");
        let of = |rhythm: Rhythm, first: &str, minute: u16, zone: &str| {
            Terms { rhythm, minute, zone: zone.to_owned(), ..daily(first) }
        };
        let sundays = || Rhythm::Weeks { every: 1, on: vec![Weekday::Sun] };
        // Clocks change on Sundays between two and three.
        let all = [
            of(sundays(), "2027-07-01", 150, "Europe/Berlin"),
            Terms { lead: 2, ..of(sundays(), "2027-07-04", 150, "America/New_York") },
            of(Rhythm::Months { every: 1, on: MonthOn::Day(31) }, "2027-07-02", 130, "Australia/Lord_Howe"),
            of(Rhythm::Years { every: 1 }, "2028-02-29", 0, "UTC"),
            of(Rhythm::Days { every: 5 }, "2027-07-03", 1_439, "Asia/Kathmandu"),
        ];
        let mut ids = Vec::new();
        for terms in &all {
            ids.push(set(&t, &boss, &press, terms.clone()).await);
        }
        let other = t.other_process();
        let end = at("2028-07-01T12:00:00Z");
        let mut made = 0;
        while t.app.now() < end {
            // The servers were off for three weeks, and for four days around the leap day.
            let day = t.app.now().to_chrono().date_naive();
            let is_off = (date("2027-09-01")..date("2027-09-22")).contains(&day)
                || (date("2028-02-28")..date("2028-03-03")).contains(&day);
            if !is_off {
                made += join_all([make_due(&t.app, &boss), make_due(&other.app, &boss)]).await.into_iter().sum::<u32>();
            }
            t.clock.advance(6 * HOUR);
        }
        let mut count = 0;
        for (id, terms) in ids.iter().zip(&all) {
            let schedule = schedule(&t, &boss, id).await;
            let mut settled: Vec<NaiveDate> =
                schedule.made.iter().map(|it| it.day).chain(schedule.missed.iter().copied()).collect();
            settled.sort_unstable();
            let last = *settled.last().unwrap();
            assert_eq!(settled, days_of(terms, last), "each day once: {:?}", terms.rhythm);
            assert!((end.to_chrono().date_naive() - last).num_days() < 400, "{last}");
            // Of the days that came while they were off, the last one got its order, when they were back.
            let missed: Vec<String> = schedule.missed.iter().map(ToString::to_string).collect();
            for day in &schedule.missed {
                assert!(is_in_a_gap(*day, terms.lead), "{day} of {:?}", terms.rhythm);
            }
            assert!(schedule.is_running() && schedule.obstacle.is_none(), "{missed:?} {:?}", schedule.standing);
            for made in &schedule.made {
                let order = load(&t, &boss, &made.order.order).await;
                let by = order.made_from.unwrap().schedule.unwrap();
                assert_eq!((by.id.as_str(), by.day.as_str()), (id.as_str(), made.day.to_string().as_str()));
                assert_eq!((order.due.unwrap().raw, order.status), (made.day.to_string(), Status::Submitted));
            }
            count += schedule.made.len();
        }
        assert_eq!((usize::try_from(made).unwrap(), i64::try_from(count).unwrap()), (count, orders(&t, &boss).await));
        let berlin = schedule(&t, &boss, &ids[0]).await;
        for day in ["2027-10-31", "2028-03-26"] {
            assert!(made_days(&berlin).contains(&day.to_owned()), "{day}");
        }
        assert!(!berlin.missed.is_empty(), "three Sundays of September came at once");
        assert_eq!(made_days(&schedule(&t, &boss, &ids[3]).await), ["2028-02-29"], "late, and made");
        is_as_its_events_make_it(&t).await;
    }

    async fn an_order_is_made_at_its_moment_when_clocks_change_and_by_one_of_many_at_once(t: TestApp) {
        let boss = owner(&t).await;
        let press = procedure(&t, &boss, TEXT).await;
        let terms = Terms { minute: 150, ..daily("2027-03-28") };
        let id = set(&t, &boss, &press, Terms { ends: Ends::After(3), ..terms.clone() }).await;
        // Half past two is left out: it is three o'clock.
        until(&t, "2027-03-28T00:59:59Z");
        assert_eq!(make_due(&t.app, &boss).await, 0);
        until(&t, "2027-03-28T01:00:00Z");
        let other = t.other_process();
        let apps = [&t.app, &other.app, &t.app, &other.app, &t.app, &other.app];
        let made: u32 = join_all(apps.map(|app| make_due(app, &boss))).await.into_iter().sum();
        assert_eq!((made, orders(&t, &boss).await), (1, 1));
        // Half past two comes twice: it is the first one.
        pause::pause(&t.app, &boss, &id, "the summer".to_owned(), Some(date("2027-10-31"))).await.unwrap();
        until(&t, "2027-10-31T00:29:59Z");
        assert_eq!(make_due(&t.app, &boss).await, 0);
        assert!(schedule(&t, &boss, &id).await.is_running(), "its pause is over since midnight");
        until(&t, "2027-10-31T00:30:00Z");
        assert_eq!((make_due(&t.app, &boss).await, make_due(&other.app, &boss).await), (1, 0));
        t.clock.advance(2 * HOUR);
        assert_eq!(make_due(&t.app, &boss).await, 0);
        t.clock.advance(DAY);
        assert_eq!(make_due(&t.app, &boss).await, 1);
        let schedule = schedule(&t, &boss, &id).await;
        assert_eq!(made_days(&schedule), ["2027-03-28", "2027-10-31", "2027-11-01"]);
        assert!(matches!(schedule.standing, Standing::Ended(_)) && schedule.missed.is_empty(), "{:?}", schedule.standing);
        is_as_its_events_make_it(&t).await;
    }

    async fn by_completion_the_next_order_follows_the_end_of_the_last(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let press = procedure(&t, &boss, TEXT).await;
        let terms = Terms { rhythm: Rhythm::Days { every: 7 }, basis: Basis::Completion, ..daily("2026-11-21") };
        let id = set(&t, &boss, &press, terms).await;
        assert_eq!((make_due(&t.app, &boss).await, make_due(&t.app, &boss).await), (1, 0));
        let first = schedule(&t, &boss, &id).await.made[0].order.order.clone();
        go(&t, &boss, &first, Status::Approved).await.unwrap();
        give(&t, &boss, &first, Some(&dana)).await;
        go(&t, &dana, &first, Status::InProgress).await.unwrap();
        for part in ["1.1", "C1"] {
            do_tick(&t, &dana, &first, part).await;
        }
        assert_eq!(make_due(&t.app, &boss).await, 0);
        complete(&t, &dana, &first, Outcome::Achieved).await.unwrap();
        let site = site(&t).await;
        let client = Client::browser(Some(&cookie(&t, "owner@example.com").await));
        let history = client.get(&site, "/procedures/PR-001").await.body;
        for words in ["Completed", "made by", "/schedules/SC-001", "after its last order has ended"] {
            assert!(history.contains(words), "{words}: {history}");
        }
        until(&t, "2026-11-28T04:59:59Z");
        assert_eq!(make_due(&t.app, &boss).await, 0, "a week after it was completed, not before");
        until(&t, "2026-11-28T05:00:00Z");
        assert_eq!(make_due(&t.app, &boss).await, 1);
        t.clock.advance(300 * DAY);
        assert_eq!(make_due(&t.app, &boss).await, 0, "the second one is open");
        assert_eq!(made_days(&schedule(&t, &boss, &id).await), ["2026-11-21", "2026-11-28"]);
        is_as_its_events_make_it(&t).await;
    }

    async fn it_stops_after_orders_that_nobody_touched_and_runs_again_with_a_reason(t: TestApp) {
        let boss = owner(&t).await;
        let press = procedure(&t, &boss, TEXT).await;
        let id = set(&t, &boss, &press, Terms { stop_after: 2, ..daily("2026-11-21") }).await;
        let mut made = Vec::new();
        for day in 0..3 {
            made.push(make_due(&t.app, &boss).await);
            if day == 0 {
                // Somebody said something about the first one: it is touched.
                let first = schedule(&t, &boss, &id).await.made[0].order.order.clone();
                comment::comment(&t.services.orders, &boss, &first, "seen".to_owned()).await.unwrap();
            }
            t.clock.advance(DAY);
        }
        assert_eq!(made, [1, 1, 1]);
        assert_eq!(make_due(&t.app, &boss).await, 0);
        let stopped = schedule(&t, &boss, &id).await;
        let Standing::Stopped { orders: named, .. } = &stopped.standing else { panic!("{:?}", stopped.standing) };
        let numbers: Vec<&str> = stopped.made[1..].iter().map(|it| it.order.number.as_str()).collect();
        assert_eq!(named.iter().map(|it| it.number.as_str()).collect::<Vec<_>>(), numbers);
        t.clock.advance(5 * DAY);
        assert_eq!(make_due(&t.app, &boss).await, 0, "it stays so");
        resume::resume(&t.app, &boss, &id, "they are wanted".to_owned()).await.unwrap();
        assert_eq!(make_due(&t.app, &boss).await, 1);
        let schedule = schedule(&t, &boss, &id).await;
        assert!(schedule.missed.is_empty(), "what came while it was stopped is not made up for");
        assert_eq!(made_days(&schedule).last().unwrap(), "2026-11-29");
        is_as_its_events_make_it(&t).await;
    }

    async fn a_pause_a_skipped_day_and_an_end_are_kept(t: TestApp) {
        let boss = owner(&t).await;
        let press = procedure(&t, &boss, TEXT).await;
        let id = set(&t, &boss, &press, Terms { ends: Ends::On(date("2026-11-28")), ..daily("2026-11-22") }).await;
        let app = &t.app;
        skip::skip(app, &boss, &id, date("2026-11-22"), "it is Sunday".to_owned()).await.unwrap();
        t.clock.advance(2 * DAY);
        assert_eq!(make_due(app, &boss).await, 1);
        pause::pause(app, &boss, &id, "the press is away".to_owned(), Some(date("2026-11-27"))).await.unwrap();
        t.clock.advance(5 * DAY);
        assert_eq!(make_due(app, &boss).await, 1, "the pause was over on the 27th; the 28th is the latest");
        let schedule = schedule(&t, &boss, &id).await;
        assert_eq!(made_days(&schedule), ["2026-11-23", "2026-11-28"]);
        assert_eq!((schedule.missed.clone(), schedule.skipped.clone()), (vec![date("2026-11-27")], vec![date("2026-11-22")]));
        assert!(matches!(schedule.standing, Standing::Ended(_)), "{:?}", schedule.standing);
        t.clock.advance(30 * DAY);
        assert_eq!(make_due(app, &boss).await, 0);
        is_as_its_events_make_it(&t).await;
    }
}

/// Whether a day's order would have been made while the servers were off.
fn is_in_a_gap(day: NaiveDate, lead: u32) -> bool {
    let made = day - chrono::TimeDelta::days(i64::from(lead));
    let near = |from: &str, to: &str| {
        let day = chrono::TimeDelta::days(1);
        (date(from) - day..date(to) + day).contains(&made)
    };
    near("2027-09-01", "2027-09-22") || near("2028-02-28", "2028-03-03")
}
