//! The pages of schedules: the form with its days, refusals that keep what was typed, and who sees what.

use actix_web::http::StatusCode;
use tracewright::foundation::{Actor, ActorKind, Asker, Role};
use tracewright::maintenance::schedules::actions::{change, pause, resume};
use tracewright::maintenance::schedules::model::Terms;
use tracewright::people::model::{ProjectId, ProjectName};

use super::{TEXT, daily, make_due, procedure, set};
use crate::guards::stage::{hire, owner};
use crate::harness::http::{Answer, Client, Site, site};
use crate::harness::{DAY, TestApp, on_both};
use crate::people::pages::cookie;

async fn browser(t: &TestApp, name: &str) -> Client {
    Client::browser(Some(&cookie(t, &format!("{name}@example.com")).await))
}

/// A form that can be taken, with some fields put in the place of its own.
fn form(changes: &[(&str, &str)]) -> String {
    let usual = [
        ("procedure", "PR-001"),
        ("every", "1"),
        ("unit", "weeks"),
        ("weekdays", "wed"),
        ("month_by", "day"),
        ("month_day", "1"),
        ("nth", "first"),
        ("weekday", "mon"),
        ("basis", "calendar"),
        ("time", "06:00"),
        ("zone", "Europe/Berlin"),
        ("lead", "2"),
        ("first", "2026-11-26"),
        ("ends", "never"),
        ("last", ""),
        ("count", ""),
        ("tag", ""),
        ("account", ""),
        ("priority", ""),
        ("stop_after", "5"),
        ("op", "save"),
    ];
    let changed = usual.map(|(name, value)| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        change.copied().unwrap_or((name, value))
    });
    let more = changes.iter().filter(|(name, _)| usual.iter().all(|(known, _)| known != name));
    let fields: Vec<(&str, &str)> = changed.into_iter().chain(more.copied()).collect();
    serde_urlencoded::to_string(fields).unwrap()
}

async fn sent(site: &Site, who: &Client, changes: &[(&str, &str)]) -> Answer {
    who.post(site, "/schedules/new", &form(changes)).await
}

on_both! {
    async fn the_form_shows_its_days_and_keeps_what_was_typed(t: TestApp) {
        let boss = owner(&t).await;
        procedure(&t, &boss, TEXT).await;
        let site = site(&t).await;
        let mine = browser(&t, "owner").await;
        let empty = mine.get(&site, "/schedules").await.body;
        assert!(empty.contains("No schedule. Orders are made by hand.") && empty.contains("/schedules/new"), "{empty}");
        let beside = mine.get(&site, "/procedures/PR-001").await.body;
        assert!(beside.contains("/schedules/new?procedure=PR-001"), "{beside}");
        let new = mine.get(&site, "/schedules/new?procedure=PR-001").await;
        assert!(new.status == StatusCode::OK && new.body.contains("<option value=\"PR-001\" selected"), "{}", new.body);
        let looked = sent(&site, &mine, &[("op", "preview"), ("stop_after", "7")]).await;
        assert_eq!(looked.status, StatusCode::OK);
        for words in ["2026-12-02", "2026-12-09", "2026-12-30", "week, Wednesday", "value=\"7\""] {
            assert!(looked.body.contains(words), "{words}: {}", looked.body);
        }
        for (field, value) in [
            ("every", "0"), ("every", "1000000000"), ("every", "9999999999999999999"), ("every", "x"), ("unit", "centuries"),
            ("weekdays", "someday"), ("time", "25:00"), ("zone", "Mars/Olympus"), ("lead", "-1"), ("lead", "7"), ("first", "2020-01-01"),
            ("first", "2026-02-30"), ("tag", "no-such-asset"), ("account", "no-such-account"), ("priority", "purple"),
            ("stop_after", "0"), ("procedure", "PR-999"), ("procedure", ""),
        ] {
            let refused = sent(&site, &mine, &[(field, value)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{field} {value}: {}", refused.body);
            assert!(refused.body.contains("role=\"alert\"") && refused.body.contains("value=\"2026-11-26\"") == (field != "first"), "{field} {value}");
        }
        let day = [("unit", "months"), ("month_day", "32")];
        assert_eq!(sent(&site, &mine, &day).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        for ends in [[("ends", "on"), ("last", "2026-11-27")], [("ends", "after"), ("count", "0")]] {
            assert_eq!(sent(&site, &mine, &ends).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{ends:?}");
        }
        let made = sent(&site, &mine, &[]).await;
        assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/schedules/SC-001"), "{}", made.body);
        let page = mine.get(&site, "/schedules/SC-001").await.body;
        for words in ["week, Wednesday", "2 days before it is due, at 06:00 (Europe/Berlin)", "2026-12-02", "None yet.", "set SC-001 up"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let calendar = mine.get(&site, "/work-orders/calendar?from=2026-11-30").await.body;
        assert!(calendar.contains("will be made by SC-001"), "{calendar}");

        // Changed with a reason, and not over somebody else's change.
        let edit = "/schedules/SC-001/edit";
        assert!(mine.get(&site, edit).await.body.contains("name=\"seen\" value=\"1\""));
        let bare = mine.post(&site, edit, &form(&[("lead", "1"), ("seen", "1")])).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bare.body);
        let changed = mine.post(&site, edit, &form(&[("lead", "1"), ("seen", "1"), ("reason", "one is enough")])).await;
        assert_eq!(changed.location(), "/schedules/SC-001", "{}", changed.body);
        let late = mine.post(&site, edit, &form(&[("lead", "3"), ("seen", "1"), ("reason", "three are better")])).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.body);
        t.clock.advance(10 * DAY);
        assert_eq!(make_due(&t.app, &boss).await, 1);
        let mine = browser(&t, "owner").await;
        let page = mine.get(&site, "/schedules/SC-001").await.body;
        assert!(page.contains("/work-orders/WO-2026-001") && page.contains("not touched"), "{page}");
        let order = mine.get(&site, "/work-orders/WO-2026-001").await.body;
        assert!(order.contains("/schedules/SC-001") && order.contains("by schedule SC-001"), "{order}");
        assert!(mine.get(&site, "/procedures/PR-001").await.body.contains("made by"));
        for (act, words) in [("pause", "Paused"), ("resume", "Runs"), ("end", "Ended")] {
            let done = mine.post(&site, &format!("/schedules/SC-001/{act}"), "reason=a+good+reason").await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{act}: {}", done.body);
            assert!(mine.get(&site, "/schedules/SC-001").await.body.contains(words), "{act}");
        }
    }

    async fn the_history_says_what_was_changed_and_that_earlier_events_are_not_shown(t: TestApp) {
        let boss = owner(&t).await;
        let press = procedure(&t, &boss, TEXT).await;
        let id = set(&t, &boss, &press, daily("2026-12-24")).await;
        let why = || "a good reason".to_owned();
        let terms = Terms { approve: true, ..daily("2026-12-24") };
        change::change(&t.app, &boss, &id, terms, why(), None).await.unwrap();
        let site = site(&t).await;
        let mine = browser(&t, "owner").await;
        let page = mine.get(&site, "/schedules/SC-001").await.body;
        assert!(page.contains("changed it; now begins approved") && !page.contains("not shown"), "{page}");
        for _ in 0..100 {
            pause::pause(&t.app, &boss, &id, why(), None).await.unwrap();
            resume::resume(&t.app, &boss, &id, why()).await.unwrap();
        }
        let page = mine.get(&site, "/schedules/SC-001").await.body;
        assert!(page.contains("200 events; 2 earlier not shown"), "{page}");
    }

    async fn others_read_and_another_project_has_none_of_it(t: TestApp) {
        let boss = owner(&t).await;
        procedure(&t, &boss, TEXT).await;
        hire(&t, &boss, "vera", &[Role::Viewer]).await;
        hire(&t, &boss, "tim", &[Role::Technician]).await;
        let site = site(&t).await;
        let mine = browser(&t, "owner").await;
        assert_eq!(sent(&site, &mine, &[("first", "2026-11-21"), ("weekdays", "sat"), ("stop_after", "1")]).await.location(), "/schedules/SC-001");
        assert_eq!(make_due(&t.app, &boss).await, 1);
        t.clock.advance(7 * DAY);
        assert_eq!(make_due(&t.app, &boss).await, 0);
        let (mine, vera, tim) = (browser(&t, "owner").await, browser(&t, "vera").await, browser(&t, "tim").await);
        // Stopped: the supervisor is told on the first page, by name; who may not see the order is not told its number.
        assert!(mine.get(&site, "/").await.body.contains("Schedule SC-001"));
        assert!(mine.get(&site, "/schedules/SC-001").await.body.contains("WO-2026-001"));
        for path in ["/schedules", "/schedules/SC-001"] {
            let read = tim.get(&site, path).await;
            assert!(read.status == StatusCode::OK && !read.body.contains("WO-2026-001") && read.body.contains("Stopped"), "{path}: {}", read.body);
            assert!(!read.body.contains("New schedule") && !read.body.contains("Run again"), "{path}");
        }
        for who in [&vera, &tim] {
            for path in ["/schedules/new", "/schedules/SC-001/edit"] {
                assert_eq!(who.get(&site, path).await.status, StatusCode::FORBIDDEN, "{path}");
            }
            for act in ["pause", "resume", "skip", "end"] {
                let said = who.post(&site, &format!("/schedules/SC-001/{act}"), "reason=a+good+reason&day=2026-12-05").await;
                assert_eq!(said.status, StatusCode::FORBIDDEN, "{act}");
            }
        }
        for path in ["/schedules/SC-009", "/schedules/SC-009/edit", "/schedules/by-id/none"] {
            assert_eq!(mine.get(&site, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let (id, name) = (ProjectId::parse("project", "south").unwrap(), ProjectName::parse("project", "South").unwrap());
        let south = t.people.create_project(&Asker::operator(boss.project), id, name).await.unwrap();
        let actor = Actor { id: "there".to_owned(), kind: ActorKind::Human, name: "There".to_owned(), ..Actor::system() };
        let there = Asker::account(actor, south.key, vec![Role::Supervisor]);
        let said = tracewright::maintenance::schedules::actions::end::end(&t.app, &there, "none", "a good reason".to_owned()).await;
        assert!(said.is_err());
    }
}
