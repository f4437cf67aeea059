//! What waits for a person because a program asked one, or because a schedule makes no orders any more.

use tracewright::foundation::Role;
use tracewright::maintenance::procedures::actions::retire;
use tracewright::maintenance::schedules::model::Terms;
use tracewright::notices::kinds::Kind;
use tracewright::work_orders::actions::ask_person::{Question, ask_person};
use tracewright::work_orders::actions::claim::claim;

use super::{kinds, seen, tell};
use crate::guards::stage::{agent, hire, owner, running};
use crate::harness::http::{Client, site};
use crate::harness::{DAY, on_both};
use crate::people::pages::cookie;
use crate::schedules::{TEXT, daily, make_due, procedure, set};

on_both! {
    async fn a_question_of_an_agent_is_told_to_whoever_answers_for_it(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Admin, Role::Technician]).await;
        let otto = hire(&t, &boss, "otto", &[Role::Technician]).await;
        let relay = agent(&t, &sam, "relay").await;
        let id = running(&t, &boss, &sam).await;
        tell(&t).await;
        let orders = &t.services.orders;
        claim(orders, &relay, &id, None).await.unwrap();
        let asked = Question { text: "Which key is meant?".to_owned(), choices: Vec::new(), about: None };
        ask_person(orders, &relay, &id, asked).await.unwrap();
        tell(&t).await;
        assert!(kinds(&t, &sam).await.contains(&Kind::Asked));
        assert!(kinds(&t, &boss).await.contains(&Kind::Asked), "they gave it");
        assert!(kinds(&t, &otto).await.is_empty(), "it is none of theirs");
        assert!(seen(&t, &relay).await.is_empty(), "programs are told nothing");
        let site = site(&t).await;
        let page = Client::browser(Some(&cookie(&t, "sam@example.com").await)).get(&site, "/notices").await.body;
        assert!(page.contains("relay (agent) asks something about WO-2026-") && page.contains("Which key is meant?"), "{page}");
        let place = seen(&t, &sam).await.remove(0).row.place;
        assert!(place.contains("#question-"), "{place}");
        assert_eq!(tell(&t).await, 0, "nothing is told twice");
    }

    async fn a_schedule_that_stopped_or_is_held_up_is_told_to_whoever_keeps_schedules(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let press = procedure(&t, &boss, TEXT).await;
        set(&t, &sam, &press, Terms { stop_after: 1, ..daily("2026-11-21") }).await;
        assert_eq!(make_due(&t.app, &boss).await, 1);
        t.clock.advance(DAY);
        assert_eq!(make_due(&t.app, &boss).await, 0);
        set(&t, &sam, &press, daily("2026-11-22")).await;
        retire::retire(&t.app, &boss, &press, "the press was sold".to_owned()).await.unwrap();
        for _ in 0..2 {
            assert_eq!(make_due(&t.app, &boss).await, 0);
            tell(&t).await;
        }
        for who in [&boss, &sam] {
            let told = kinds(&t, who).await;
            let of_schedules = told.iter().filter(|it| matches!(it, Kind::ScheduleStopped | Kind::ScheduleHeldUp));
            assert_eq!(of_schedules.copied().collect::<Vec<_>>(), [Kind::ScheduleStopped, Kind::ScheduleHeldUp], "{told:?}");
        }
        assert!(kinds(&t, &dana).await.iter().all(|it| !matches!(it, Kind::ScheduleStopped | Kind::ScheduleHeldUp)));
        let site = site(&t).await;
        let page = Client::browser(Some(&cookie(&t, "sam@example.com").await)).get(&site, "/notices").await.body;
        for words in ["SC-001 stopped by itself", "SC-002 could not make its order", "Round of the press", "Nobody touched the order"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let held_up = seen(&t, &sam).await.into_iter().find(|one| one.kind == Kind::ScheduleHeldUp).unwrap();
        assert_eq!((held_up.row.place.as_str(), held_up.is_hidden), ("/schedules/SC-002", false));
    }
}
