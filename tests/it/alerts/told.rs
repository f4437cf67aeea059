//! Who takes and silences alerts, who is told of them, and that two servers tell it once.

use tracewright::alerts::actions::{acknowledge, end_silence, give_back, silence};
use tracewright::alerts::model::{Rule, State};
use tracewright::checks::check_roots;
use tracewright::foundation::{Asker, Error, Role};
use tracewright::ledger::sequencer::sequence_now;
use tracewright::ledger::{rebuild, verifier};
use tracewright::notices::follow;
use tracewright::notices::kinds::Kind;
use tracewright::notices::reads::{self, Filter};

use super::{counted, happened, hush, look, of, pass, slow_stage, state, take};
use crate::guards::stage::{hire, owner};
use crate::harness::{MINUTE, TestApp, on_both};

const RULE: Rule = Rule::SlowWorkflowStage;

/// What somebody was told of alerts, the oldest first.
async fn told(t: &TestApp, who: &Asker) -> Vec<Kind> {
    sequence_now(&t.app.db, &t.app.log).await.unwrap();
    follow::follow(&t.app).await.unwrap();
    let who = who.clone();
    let read = move |conn: &mut _| reads::page(conn, &who, &Filter::default(), None);
    let mut seen = t.app.db.read(read).await.unwrap().0;
    seen.reverse();
    let kinds = seen.into_iter().map(|one| one.kind);
    kinds.filter(|kind| matches!(kind, Kind::AlertFires | Kind::AlertOver)).collect()
}

/// An hour later, when nothing is slow any more and the alert is over.
async fn over(t: &TestApp) {
    t.clock.advance(60 * MINUTE);
    look(&t.app).await;
    pass(t, 5).await;
}

on_both! {
    async fn supervisors_are_told_once_that_it_fires_and_once_that_it_is_over(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        slow_stage(&t, boss.project).await;
        assert!(told(&t, &sam).await.is_empty(), "waiting is told to nobody");
        pass(&t, 12).await;
        assert_eq!(told(&t, &sam).await, [Kind::AlertFires]);
        assert_eq!(counted(&t, boss.project).await, 1);
        over(&t).await;
        assert_eq!(told(&t, &sam).await, [Kind::AlertFires, Kind::AlertOver]);
        assert!(told(&t, &dana).await.is_empty());
        assert_eq!(happened(&t, boss.project).await, ["alert.fired.v1", "alert.resolved.v1"]);
        assert_eq!(counted(&t, boss.project).await, 0);
    }

    async fn two_servers_that_look_at_once_find_one_change(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        slow_stage(&t, boss.project).await;
        pass(&t, 9).await;
        t.clock.advance(MINUTE);
        let other = t.other_process();
        let looks = (0..6).map(|n| look(if n % 2 == 0 { &t.app } else { &other.app }));
        let changes: usize = futures_util::future::join_all(looks).await.into_iter().sum();
        assert_eq!(changes, 1);
        assert_eq!(happened(&t, boss.project).await, ["alert.fired.v1"]);
        assert_eq!(told(&t, &sam).await, [Kind::AlertFires]);
    }

    async fn a_silenced_alert_tells_nobody_and_goes_on_being_looked_at(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        slow_stage(&t, boss.project).await;
        hush(&t, &sam, RULE).await;
        pass(&t, 12).await;
        let alert = of(&t, boss.project, RULE).await;
        assert_eq!((alert.state(), alert.firing_since.is_some()), (State::Silenced, true));
        assert_eq!(counted(&t, boss.project).await, 0);
        assert!(told(&t, &sam).await.is_empty());
        // It still fires when somebody ends the silence: now they are told.
        end_silence(&t.app, &boss, &alert.id).await.unwrap();
        assert_eq!(state(&t, boss.project, RULE).await, State::Firing);
        assert_eq!((told(&t, &sam).await, counted(&t, boss.project).await), (vec![Kind::AlertFires], 1));
        let refused = end_silence(&t.app, &boss, &alert.id).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    }

    async fn a_silence_ends_by_itself(t: TestApp) {
        let boss = owner(&t).await;
        slow_stage(&t, boss.project).await;
        let id = of(&t, boss.project, RULE).await.id;
        let soon = Some(t.app.now().plus_micros(12 * MINUTE));
        silence(&t.app, &boss, &id, soon, "it is known").await.unwrap();
        pass(&t, 11).await;
        assert_eq!(state(&t, boss.project, RULE).await, State::Silenced);
        pass(&t, 1).await;
        assert_eq!(state(&t, boss.project, RULE).await, State::Firing);
        let kinds = happened(&t, boss.project).await;
        assert_eq!(kinds, ["alert.silenced.v1", "alert.fired.v1", "alert.silence_ended.v1"]);
        assert_eq!(told(&t, &boss).await, [Kind::AlertFires], "the owner keeps what runs too");
    }

    async fn somebody_takes_it_gives_it_back_and_the_next_one_is_nobodys(t: TestApp) {
        let boss = owner(&t).await;
        let sam = hire(&t, &boss, "sam", &[Role::Supervisor]).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        slow_stage(&t, boss.project).await;
        let id = take(&t, &sam, RULE).await.id;
        take(&t, &sam, RULE).await;
        assert_eq!(happened(&t, boss.project).await, ["alert.acknowledged.v1"], "they have it already");
        let by = of(&t, boss.project, RULE).await.taken.unwrap().by;
        assert_eq!(by, sam.id());
        for refused in [acknowledge(&t.app, &dana, &id).await, silence(&t.app, &dana, &id, None, "").await] {
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{refused:?}");
        }
        assert!(matches!(give_back(&t.app, &boss, &id).await, Err(Error::Refused(_))), "it is not theirs");
        give_back(&t.app, &sam, &id).await.unwrap();
        take(&t, &boss, RULE).await;
        pass(&t, 11).await;
        assert_eq!(of(&t, boss.project, RULE).await.taken.map(|taken| taken.by).as_deref(), Some(boss.id()));
        over(&t).await;
        let late = acknowledge(&t.app, &sam, &id).await;
        assert!(matches!(late, Err(Error::Refused(_))), "{late:?}");
        slow_stage_again(&t, &boss).await;
        assert_eq!(of(&t, boss.project, RULE).await.taken, None);
    }

    async fn the_ledger_verifies_and_a_rebuild_makes_the_same(t: TestApp) {
        let boss = owner(&t).await;
        slow_stage(&t, boss.project).await;
        take(&t, &boss, RULE).await;
        pass(&t, 11).await;
        hush(&t, &boss, RULE).await;
        over(&t).await;
        sequence_now(&t.app.db, &t.app.log).await.unwrap();
        let trust = verifier::Trust { key: t.app.log.verifier(), held: None };
        let read = move |conn: &mut _| verifier::verify_with(conn, &trust, check_roots);
        let (report, _) = t.app.db.read(read).await.unwrap();
        assert!(report.fault_count == 0, "{report:?}");
        let app = t.app.clone();
        let checked = actix_web::web::block(move || rebuild::check(&app.db, &app.ledger)).await.unwrap().unwrap();
        assert!(checked.differences.is_empty(), "{:?}", checked.differences);
        let before = (of(&t, boss.project, RULE).await, happened(&t, boss.project).await);
        let app = t.app.clone();
        actix_web::web::block(move || rebuild::rebuild(&app.db, &app.ledger)).await.unwrap().unwrap();
        assert_eq!((of(&t, boss.project, RULE).await, happened(&t, boss.project).await), before);
    }
}

/// The same stage is slow once more.
async fn slow_stage_again(t: &TestApp, who: &Asker) {
    let at = t.app.now().plus_micros(-6 * MINUTE);
    let attributes = &[("workflow.name", "release"), ("stage.name", "publish")];
    let runs: Vec<super::Span> =
        (50..60).map(|id| super::Span { took: 301, attributes, ..super::Span::new(id, at) }).collect();
    super::send(t, who.project, &runs).await;
    look(&t.app).await;
    assert_eq!(state(t, who.project, RULE).await, State::Pending);
}
