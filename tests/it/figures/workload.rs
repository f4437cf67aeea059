//! Work against hours: what is planned in which week, holidays, absences, and hours that nobody set.

use actix_web::http::StatusCode;
use tracewright::figures::workload::model::{Load, monday};
use tracewright::figures::workload::reads::{Workload, first_week, workload};
use tracewright::foundation::{Asker, ProjectKey, Role};
use tracewright::order_settings::hours::actions::{set_absence, set_holiday, set_hours};
use tracewright::order_settings::hours::model::Week;
use tracewright::work_orders::model::Status;

use super::shop::write;
use super::{holds, page};
use crate::field::browser;
use crate::guards::stage::{FILE, agent, hire, owner, take};
use crate::harness::http::site;
use crate::harness::orders::walk;
use crate::harness::{TestApp, on_both};

const USUAL: Week = Week([480, 480, 480, 480, 480, 0, 0]);

async fn of(t: &TestApp, project: ProjectKey) -> Workload {
    let first = monday(t.app.now());
    t.app.db.read(move |conn| workload(conn, project, first)).await.unwrap()
}

/// An order from a file whose head says what it takes.
async fn estimated(t: &TestApp, boss: &Asker, number: &str, due: &str, estimate: &str) -> String {
    let head = format!("| **Status** | DRAFT |\n| **Due** | {due} |\n| **Estimate** | {estimate} |");
    take(t, boss, &FILE.replace("| **Status** | DRAFT |", &head).replace("WO-2026-100", number)).await
}

on_both! {
    async fn work_stands_in_its_week_against_hours_without_holidays_and_absences(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let relay = agent(&t, &boss, "relay").await;
        // It is Saturday 21 November: this week began on the 16th, the next one begins on the 23rd.
        let begun = estimated(&t, &boss, "WO-2026-101", "2026-11-27", "6 h").await;
        walk(&t, &boss, &dana, &begun, Status::InProgress).await;
        let waits = estimated(&t, &boss, "WO-2026-102", "2026-11-26", "30 h 30 min").await;
        walk(&t, &boss, &dana, &waits, Status::Approved).await;
        let late = estimated(&t, &boss, "WO-2026-103", "2026-11-02", "90 min").await;
        walk(&t, &boss, &dana, &late, Status::Approved).await;
        let unknown = write(&t, &boss, "Who knows", "Repair", "2026-11-25").await;
        walk(&t, &boss, &dana, &unknown, Status::Approved).await;
        let of_agent = estimated(&t, &boss, "WO-2026-104", "2026-11-25", "1 h").await;
        walk(&t, &boss, &relay, &of_agent, Status::Approved).await;
        estimated(&t, &boss, "WO-2026-105", "2026-11-25", "9 h").await;
        set_hours::set_hours(&t.app, &boss, dana.id(), "2026-11-02", USUAL).await.unwrap();
        set_holiday::set_holiday(&t.app, &boss, "2026-11-25", "Day of the plant").await.unwrap();
        set_absence::set_absence(&t.app, &boss, dana.id(), "2026-11-27", "2026-12-04").await.unwrap();
        let found = of(&t, boss.project).await;
        let hers = &found.loads[dana.id()];
        assert_eq!(hers[0], Load { waiting: 90, orders: 1, hours: Some(2_400), ..Load::default() }, "late work is this week's");
        let next = Load { begun: 360, waiting: 1_830, orders: 3, unknown: 1, hours: Some(3 * 480), ..Load::default() };
        assert_eq!(hers[1], next, "drafts are no work to come");
        assert!(hers[1].is_over());
        assert_eq!((hers[2].hours, hers[3].hours), (Some(0), Some(2_400)), "away is no hours, which is known");
        let first = monday(t.app.now());
        let week = t.app.db.read(move |conn| first_week(conn, boss.project, first)).await.unwrap();
        assert_eq!(week.loads[dana.id()][0], hers[0], "one week says the same of itself");
        assert!(week.loads.values().all(|weeks| weeks[1].orders == 0), "and reads nothing of the next");
        assert_eq!(found.loads[relay.id()][1], Load { waiting: 60, orders: 1, ..Load::default() });
        let (s, browser) = (site(&t).await, browser(&t, "owner@example.com").await);
        let shown = page(&browser, &s, "/work-orders/workload?week=1").await;
        for words in ["36.5 of 24 h", "12.5 h over", "1 of – h", "agents have no hours", "1 order without an estimate, not in it"] {
            assert!(shown.contains(words), "{words}: {shown}");
        }
        assert!(!shown.contains("100 %"), "{shown}");
        let calendar = page(&browser, &s, "/work-orders/calendar").await;
        assert!(calendar.contains("Work against hours, this week") && calendar.contains("1.5 of 40 h"), "{calendar}");
        holds(&t).await;
    }

    async fn an_estimate_is_typed_with_a_new_order_and_changed_in_its_head(t: TestApp) {
        owner(&t).await;
        let (s, browser) = (site(&t).await, browser(&t, "owner@example.com").await);
        let sent = |hours: &str| format!("title=Look&priority=medium&estimate={hours}&criteria=Done");
        let refused = browser.post(&s, "/work-orders/new", &sent("soon")).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.body.contains("fault-estimate"), "{}", refused.body);
        let made = browser.post(&s, "/work-orders/new", &sent("2,5")).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
        let editor = made.location().to_owned();
        let shown = page(&browser, &s, &editor).await;
        assert!(shown.contains("name=\"estimate_was\" value=\"2.5\""), "{shown}");
        let plan = editor.replace("/edit", "/plan");
        let head = |hours: &str, was: &str| {
            format!("op=head&title=Look&priority=medium&estimate={hours}&estimate_was={was}&reason=it+takes+longer+than+that")
        };
        assert_eq!(browser.post(&s, &plan, &head("4", "2.5")).await.status, StatusCode::SEE_OTHER);
        assert!(page(&browser, &s, &editor).await.contains("name=\"estimate_was\" value=\"4\""));
        assert_eq!(browser.post(&s, &plan, &head("", "")).await.status, StatusCode::SEE_OTHER);
        assert!(page(&browser, &s, &editor).await.contains("name=\"estimate_was\" value=\"4\""), "what was not touched stays");
        holds(&t).await;
    }

    async fn hours_that_nobody_set_are_a_dash_and_what_is_wrong_is_kept(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        hire(&t, &boss, "vic", &[Role::Viewer]).await;
        let relay = agent(&t, &boss, "relay").await;
        let id = write(&t, &boss, "Look", "Repair", "2026-11-20").await;
        walk(&t, &boss, &dana, &id, Status::Approved).await;
        let (s, browser) = (site(&t).await, browser(&t, "owner@example.com").await);
        let shown = page(&browser, &s, "/work-orders/workload").await;
        assert!(shown.contains("0 of – h") && shown.contains("no hours set"), "{shown}");
        let hours = "/work-orders/hours";
        let full = |account: &str, monday: &str| format!("account={account}&from=2026-11-02&monday={monday}&tuesday=7.5");
        for (form, field) in [
            (full(dana.id(), "25"), "fault-monday"),
            (full(dana.id(), "x"), "fault-monday"),
            (full("nobody", "8"), "fault-account"),
            (full(relay.id(), "8"), "fault-account"),
            (format!("account={}&from=soon", dana.id()), "fault-from"),
        ] {
            let refused = browser.post(&s, hours, &form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(refused.body.contains(field) || form.contains("from=soon"), "{form}: {}", refused.body);
            assert!(refused.body.contains("value=\"7.5\"") || form.contains("soon"), "what was typed is kept: {}", refused.body);
        }
        let done = browser.post(&s, hours, &full(dana.id(), "8")).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, hours), "{}", done.body);
        assert!(page(&browser, &s, hours).await.contains("15.5 h"));
        assert!(page(&browser, &s, "/work-orders/workload").await.contains("0 of 15.5 h"));
        for (path, form) in [
            ("absences", format!("account={}&first=2026-11-20&last=2026-11-19", dana.id())),
            ("absences", format!("account={}&first=2026-11-20&last=2028-11-19", dana.id())),
            ("absences", "account=nobody&first=2026-11-20&last=2026-11-21".to_owned()),
            ("holidays", "day=2026-02-30&name=None".to_owned()),
            ("holidays", "day=2026-12-25&name=".to_owned()),
        ] {
            let refused = browser.post(&s, &format!("{hours}/{path}"), &form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        }
        assert_eq!(browser.post(&s, &format!("{hours}/holidays"), "day=2026-12-25&name=Christmas").await.status, StatusCode::SEE_OTHER);
        assert!(page(&browser, &s, hours).await.contains("Christmas"));
        let gone = format!("{hours}/holidays/2026-12-25/take-away");
        assert_eq!(browser.post(&s, &gone, "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(browser.post(&s, &gone, "").await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.post(&s, &format!("{hours}/absences/none/take-away"), "").await.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.get(&s, "/work-orders/workload?week=6").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let vic = crate::field::browser(&t, "vic@example.com").await;
        assert_eq!(vic.post(&s, hours, &full(dana.id(), "8")).await.status, StatusCode::FORBIDDEN);
        assert!(!page(&vic, &s, "/work-orders/workload").await.contains(hours), "nobody is offered what is not theirs");
        holds(&t).await;
    }
}
