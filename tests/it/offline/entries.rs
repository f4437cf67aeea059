//! One entry: taken once, refused where no device of ours would make it, a conflict where somebody was there before.

use tracewright::audit::exceptions::reads as exceptions;
use tracewright::foundation::{Error, Role, Timestamp};
use tracewright::offline::reads::undecided;
use tracewright::work_orders::actions;
use tracewright::work_orders::model::Found;

use super::*;
use crate::guards::stage::{complete, give, go, judge_one, read_safety};
use crate::harness::{DAY, MINUTE, on_both};

async fn clock_exceptions(t: &TestApp, by: &Asker) -> Vec<String> {
    let project = by.project;
    let list = move |conn: &mut tracewright::db::AnyConnection| {
        exceptions::list(
            conn,
            project,
            &exceptions::Filter { open: Some(true), ..exceptions::Filter::default() },
        )
    };
    t.app
        .db
        .read(list)
        .await
        .unwrap()
        .into_iter()
        .map(|row| format!("{}: {}", row.kind, row.detail))
        .collect()
}

async fn waiting(t: &TestApp, by: &Asker) -> usize {
    let (orders, who) = (t.services.orders.clone(), by.clone());
    t.app.db.read(move |conn| undecided(conn, &orders, &who)).await.unwrap().len()
}

on_both! {
    async fn an_entry_is_recorded_with_both_times_and_the_same_one_again_is_the_same_answer(t: TestApp) {
        let f = field(&t).await;
        let (first, number) = (at(&t, &f.dana, &f.order, "1.1").await, at(&t, &f.dana, &f.order, "1.2").await);
        let tick = entry(&t, &f.dana, &f.order, What::Tick { target: first.clone() }, saw("open"));
        let what = What::Answer { item: item(&number), given: "6.8".into(), note: String::new() };
        let answer = entry(&t, &f.dana, &f.order, what, saw("open"));
        let note = entry(&t, &f.dana, &f.order, What::Comment { text: "The fan hums".into() }, Seen::default());
        t.clock.advance(40 * MINUTE);
        let resent = |entry: &Entry| Entry { sent: t.app.now(), ..entry.clone() };
        for made in [&tick, &answer, &note] {
            let answered = send(&t, &f.dana, &resent(made)).await.unwrap();
            assert_eq!(outcome(&answered), (Outcome::Applied, false), "{answered:?}");
            t.clock.advance(MINUTE);
            // Its answer was lost: the device asks again, a year later too.
            assert_eq!(send(&t, &f.dana, &resent(made)).await.unwrap(), answered);
        }
        let log = history(&t, &f.dana, &f.order).await;
        assert_eq!(events_of(&log, &tick.id), ["work_order.item_ticked.v1"]);
        assert_eq!(events_of(&log, &answer.id), ["work_order.item_answered.v1"]);
        assert_eq!(events_of(&log, &note.id), ["work_order.comment_added.v1"]);
        let event = log.iter().find(|event| event.kind == "work_order.item_ticked.v1").unwrap();
        let queued = Queued::of(&event.data()).unwrap();
        assert_eq!(queued.claimed, tick.claimed);
        assert!(event.at.micros_since(queued.claimed) >= 40 * MINUTE, "received is the server's own time");
        assert!(clock_exceptions(&t, &f.sam).await.is_empty(), "a slow network is no exception");
        // Forgotten by age, it is still found in the record.
        t.clock.advance(31 * DAY);
        let system = Asker::system(f.dana.project);
        assert_eq!(tracewright::offline::actions::forget_settled(&t.app, &system).await.unwrap(), 3);
        assert_eq!(outcome(&send(&t, &f.dana, &resent(&tick)).await.unwrap()), (Outcome::Applied, true));
        assert_eq!(history(&t, &f.dana, &f.order).await.len(), log.len());
    }

    async fn what_others_do_elsewhere_is_no_conflict_and_what_they_do_here_is_one(t: TestApp) {
        let f = field(&t).await;
        let [one, number, three] = [at(&t, &f.dana, &f.order, "1.1").await, at(&t, &f.dana, &f.order, "1.2").await, at(&t, &f.dana, &f.order, "1.3").await];
        let tick = entry(&t, &f.dana, &f.order, What::Tick { target: one.clone() }, saw("open"));
        let what = What::Answer { item: item(&number), given: "397".into(), note: String::new() };
        let reading = entry(&t, &f.dana, &f.order, what, saw("open"));
        actions::tick::tick(&t.services.orders, &f.sam, &f.order, three).await.unwrap();
        actions::answer::answer(&t.services.orders, &f.sam, &f.order, item(&number), "90".into(), String::new()).await.unwrap();
        assert_eq!(outcome(&send(&t, &f.dana, &tick).await.unwrap()), (Outcome::Applied, false));
        let conflict = send(&t, &f.dana, &reading).await.unwrap();
        assert_eq!(conflict.outcome, Outcome::Conflict);
        let theirs = conflict.theirs.clone().unwrap();
        assert_eq!((conflict.mine.words.as_str(), theirs.words.as_str(), theirs.who.as_str()), ("397", "90", f.sam.actor.name.as_str()));
        assert_eq!(send(&t, &f.dana, &reading).await.unwrap(), conflict, "and it is one conflict, however often it comes");
        assert_eq!((waiting(&t, &f.dana).await, waiting(&t, &f.sam).await), (1, 0));
        // Keeping one's own needs a reason, and both stay.
        let keep = |reason: &str| tracewright::offline::actions::keep(&t.services.orders, &f.dana, reading.id.clone(), reason.to_owned());
        assert!(matches!(keep("").await, Err(Error::Invalid(_))));
        assert_eq!(waiting(&t, &f.dana).await, 1);
        keep("read twice at the probe").await.unwrap();
        let order = load(&t, &f.dana, &f.order).await;
        let ticks = order.ticks(&number).unwrap();
        assert_eq!(ticks.0.len(), 2);
        assert_eq!(ticks.0[0].undone.as_ref().unwrap().reason, "read twice at the probe");
        assert_eq!(ticks.current().unwrap().answer.as_ref().unwrap().value, "397");
        assert!(matches!(keep("once more").await, Err(Error::Refused(_))), "it is decided");
        assert_eq!(waiting(&t, &f.dana).await, 0);
        // And nobody decides for somebody else.
        let stranger = hire(&t, &f.sam, "tom", &[Role::Technician]).await;
        let other = tracewright::offline::actions::set_aside(&t.services.orders, &stranger, reading.id.clone()).await;
        assert!(matches!(other, Err(Error::NotFound(_))));
    }

    async fn two_decisions_about_one_entry_at_once_are_one(t: TestApp) {
        let f = field(&t).await;
        let target = at(&t, &f.dana, &f.order, "1.1").await;
        for _ in 0..5 {
            let tick = entry(&t, &f.dana, &f.order, What::Tick { target: target.clone() }, saw("something else"));
            assert_eq!(send(&t, &f.dana, &tick).await.unwrap().outcome, Outcome::Conflict);
            let aside = || tracewright::offline::actions::set_aside(&t.services.orders, &f.dana, tick.id.clone());
            let (one, two) = futures_util::join!(aside(), aside());
            assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
            let log = history(&t, &f.dana, &f.order).await;
            assert_eq!(events_of(&log, &tick.id), ["work_order.queued_entry_set_aside.v1"]);
        }
    }

    async fn what_is_left_out_is_named_in_the_history_also_of_a_closed_order(t: TestApp) {
        let f = field(&t).await;
        let target = at(&t, &f.dana, &f.order, "1.1").await;
        let tick = entry(&t, &f.dana, &f.order, What::Tick { target: target.clone() }, saw("open"));
        go(&t, &f.sam, &f.order, Status::Cancelled).await.unwrap_or_default();
        actions::tick::tick(&t.services.orders, &f.sam, &f.order, target).await.unwrap_or_default();
        assert_eq!(send(&t, &f.dana, &tick).await.unwrap().outcome, Outcome::Conflict);
        tracewright::offline::actions::set_aside(&t.services.orders, &f.dana, tick.id.clone()).await.unwrap();
        let log = history(&t, &f.dana, &f.order).await;
        assert_eq!(events_of(&log, &tick.id), ["work_order.queued_entry_set_aside.v1"]);
        assert!(log.last().unwrap().data()["said"].as_str().unwrap().contains("Mount the probe"));
        assert_eq!(waiting(&t, &f.dana).await, 0);
    }

    async fn taking_back_by_a_device_is_for_whoever_may_take_back_and_ends_with_the_work(t: TestApp) {
        let f = field(&t).await;
        let orders = &t.services.orders;
        let target = at(&t, &f.dana, &f.order, "1.1").await;
        actions::tick::tick(orders, &f.sam, &f.order, target.clone()).await.unwrap();
        // Of somebody else's tick: as little as with a network, whatever the device says that it saw.
        let undo = entry(&t, &f.dana, &f.order, What::Undo { target: target.clone() }, saw("something else"));
        assert_eq!(send(&t, &f.dana, &undo).await.unwrap().outcome, Outcome::Conflict);
        let kept = tracewright::offline::actions::keep(orders, &f.dana, undo.id.clone(), "because I say so".into()).await;
        assert!(matches!(kept, Err(Error::Forbidden(_) | Error::Refused(_))), "{kept:?}");
        // Of one's own, once the work has ended.
        let own = at(&t, &f.dana, &f.order, "1.3").await;
        actions::tick::tick(orders, &f.dana, &f.order, own.clone()).await.unwrap();
        let late = entry(&t, &f.dana, &f.order, What::Undo { target: own.clone() }, saw("something else"));
        for part in load(&t, &f.dana, &f.order).await.targets() {
            let number = load(&t, &f.dana, &f.order).await.item(part.id()).is_some_and(|(_, item)| item.asks.kind == AskKind::Number);
            if number {
                actions::answer::answer(orders, &f.dana, &f.order, item(&part), "7".into(), String::new()).await.unwrap();
            } else {
                // What is ticked already, and steps that follow their items, stay as they are.
                actions::tick::tick(orders, &f.dana, &f.order, part).await.unwrap_or_default();
            }
        }
        complete(&t, &f.dana, &f.order, tracewright::work_orders::model::Outcome::Partial).await.unwrap();
        let before = history(&t, &f.sam, &f.order).await.len();
        assert_eq!(send(&t, &f.dana, &late).await.unwrap().outcome, Outcome::Conflict);
        let kept = tracewright::offline::actions::keep(orders, &f.dana, late.id.clone(), "because I say so".into()).await;
        assert!(matches!(kept, Err(Error::Forbidden(_) | Error::Refused(_))), "{kept:?}");
        assert_eq!(history(&t, &f.sam, &f.order).await.len(), before, "nothing was written");
        let order = load(&t, &f.sam, &f.order).await;
        assert!(order.ticks(&target).unwrap().is_ticked() && order.ticks(&own).unwrap().is_ticked());
    }

    async fn nobody_writes_into_an_order_that_is_not_theirs_by_way_of_an_entry(t: TestApp) {
        let f = field(&t).await;
        let tom = hire(&t, &f.sam, "tom", &[Role::Technician]).await;
        let before = history(&t, &f.sam, &f.order).await.len();
        let said = entry(&t, &tom, &f.order, What::Comment { text: "I was there".into() }, Seen::default());
        assert_eq!(send(&t, &tom, &said).await.unwrap().outcome, Outcome::Refused);
        let kept = tracewright::offline::actions::keep(&t.services.orders, &tom, said.id.clone(), "a reason".into()).await;
        assert!(matches!(kept, Err(Error::NotFound(_))), "{kept:?}");
        tracewright::offline::actions::set_aside(&t.services.orders, &tom, said.id.clone()).await.unwrap();
        assert_eq!(waiting(&t, &tom).await, 0, "it is decided");
        assert_eq!(history(&t, &f.sam, &f.order).await.len(), before, "nothing was written");
    }

    async fn keeping_a_tick_of_what_was_said_not_to_apply_takes_it_up_again(t: TestApp) {
        let f = field(&t).await;
        let target = at(&t, &f.dana, &f.order, "1.1").await;
        let tick = entry(&t, &f.dana, &f.order, What::Tick { target: target.clone() }, saw("open"));
        actions::answer::skip(&t.services.orders, &f.sam, &f.order, item(&target), "no such probe here".into()).await.unwrap();
        let conflict = send(&t, &f.dana, &tick).await.unwrap();
        assert_eq!((conflict.outcome, conflict.theirs.unwrap().words.as_str()), (Outcome::Conflict, "does not apply: no such probe here"));
        let keep = |reason: &str| tracewright::offline::actions::keep(&t.services.orders, &f.dana, tick.id.clone(), reason.to_owned());
        assert!(matches!(keep("").await, Err(Error::Invalid(_))));
        keep("it hangs behind the fan").await.unwrap();
        let log = history(&t, &f.dana, &f.order).await;
        assert_eq!(events_of(&log, &tick.id), ["work_order.item_taken_up.v1", "work_order.item_ticked.v1"]);
    }

    async fn a_press_whose_answer_was_lost_is_not_recorded_twice(t: TestApp) {
        let f = field(&t).await;
        let [one, number] = [at(&t, &f.dana, &f.order, "1.1").await, at(&t, &f.dana, &f.order, "1.2").await];
        // With the network, but nobody heard that it was taken; so the browser keeps it.
        actions::tick::tick(&t.services.orders, &f.dana, &f.order, one.clone()).await.unwrap();
        actions::answer::answer(&t.services.orders, &f.dana, &f.order, item(&number), "4,5".into(), String::new()).await.unwrap();
        actions::comment::comment(&t.services.orders, &f.dana, &f.order, "Cable is short".into()).await.unwrap();
        let before = history(&t, &f.dana, &f.order).await.len();
        for what in [
            What::Tick { target: one.clone() },
            What::Answer { item: item(&number), given: "4,5".into(), note: String::new() },
            What::Comment { text: "Cable is short".into() },
        ] {
            let again = entry(&t, &f.dana, &f.order, what, saw("open"));
            assert_eq!(outcome(&send(&t, &f.dana, &again).await.unwrap()), (Outcome::Applied, true));
        }
        assert_eq!(history(&t, &f.dana, &f.order).await.len(), before);
        // Another value is another answer, also of one's own.
        let what = What::Answer { item: item(&number), given: "5".into(), note: String::new() };
        let other = entry(&t, &f.dana, &f.order, what, saw("open"));
        assert_eq!(send(&t, &f.dana, &other).await.unwrap().outcome, Outcome::Conflict);
    }

    async fn the_same_words_of_another_hour_are_another_line(t: TestApp) {
        let f = field(&t).await;
        let mut kept = Vec::new();
        for _ in 0..3 {
            for what in [
                What::Log { title: "Checked".to_owned(), lines: vec!["no leak".to_owned()] },
                What::Comment { text: "All quiet".to_owned() },
            ] {
                kept.push(entry(&t, &f.dana, &f.order, what, Seen::default()));
            }
            t.clock.advance(60 * MINUTE);
        }
        for made in &kept {
            let answered = send(&t, &f.dana, &Entry { sent: t.app.now(), ..made.clone() }).await.unwrap();
            assert_eq!(outcome(&answered), (Outcome::Applied, false), "{made:?}");
        }
        let order = load(&t, &f.dana, &f.order).await;
        let lines = order.log.iter().filter(|it| it.title == "Checked").count();
        let comments = order.comments.iter().filter(|it| it.text == "All quiet").count();
        assert_eq!((lines, comments), (3, 3));
        // A press whose answer was lost is told also where the device's clock is an hour behind.
        let off = |at: Timestamp| at.plus_micros(-60 * MINUTE);
        actions::comment::comment(&t.services.orders, &f.dana, &f.order, "Going home".into()).await.unwrap();
        let again = entry(&t, &f.dana, &f.order, What::Comment { text: "Going home".into() }, Seen::default());
        t.clock.advance(20 * MINUTE);
        let again = Entry { claimed: off(again.claimed), sent: off(t.app.now()), ..again };
        assert_eq!(outcome(&send(&t, &f.dana, &again).await.unwrap()), (Outcome::Applied, true));
    }

    async fn a_chain_of_one_device_follows_itself_and_stops_where_it_was_not_taken(t: TestApp) {
        let f = field(&t).await;
        let target = at(&t, &f.dana, &f.order, "1.1").await;
        let follow = |what: What, before: &Entry| entry(&t, &f.dana, &f.order, what, Seen { standing: None, after: Some(before.id.clone()) });
        let tick = entry(&t, &f.dana, &f.order, What::Tick { target: target.clone() }, saw("open"));
        let undo = follow(What::Undo { target: target.clone() }, &tick);
        let again = follow(What::Tick { target: target.clone() }, &undo);
        for made in [&tick, &undo, &again] {
            assert_eq!(outcome(&send(&t, &f.dana, made).await.unwrap()), (Outcome::Applied, false));
        }
        assert_eq!(load(&t, &f.dana, &f.order).await.ticks(&target).unwrap().0.len(), 2, "a slip and its mending both stay");
        let late = entry(&t, &f.dana, &f.order, What::Undo { target: target.clone() }, saw("open"));
        let later = follow(What::Tick { target }, &late);
        assert_eq!(send(&t, &f.dana, &late).await.unwrap().outcome, Outcome::Conflict);
        assert_eq!(send(&t, &f.dana, &later).await.unwrap().outcome, Outcome::Applied, "the same stands there already");
    }

    async fn only_work_that_has_begun_and_whose_safety_notes_were_read_takes_ticks(t: TestApp) {
        let sam = owner(&t).await;
        let dana = hire(&t, &sam, "dana", &[Role::Technician]).await;
        let order = take(&t, &sam, FILE).await;
        orders::walk(&t, &sam, &dana, &order, Status::Approved).await;
        let target = at(&t, &dana, &order, "1.1").await;
        let tick = |by: &Asker| entry(&t, by, &order, What::Tick { target: target.clone() }, saw("open"));
        let early = send(&t, &dana, &tick(&dana)).await.unwrap();
        assert!(early.outcome == Outcome::Refused && early.why.contains("not been started"), "{early:?}");
        assert_eq!(load(&t, &dana, &order).await.status, Status::Approved, "a kept tick starts nothing");
        read_safety(&t, &dana, &order).await;
        go(&t, &dana, &order, Status::InProgress).await.unwrap();
        let unread = send(&t, &sam, &tick(&sam)).await.unwrap();
        assert!(unread.outcome == Outcome::Refused && unread.why.contains("safety notes"), "{unread:?}");
        assert_eq!(send(&t, &dana, &tick(&dana)).await.unwrap().outcome, Outcome::Applied);
        // A person decides about the early one: once the work has begun it is simply there.
        assert!(matches!(tracewright::offline::actions::keep(&t.services.orders, &dana, early.entry.clone(), String::new()).await, Err(Error::Invalid(_))));
    }

    async fn another_accounts_entry_is_sent_by_nobody_else(t: TestApp) {
        let f = field(&t).await;
        let target = at(&t, &f.dana, &f.order, "1.1").await;
        let tick = entry(&t, &f.dana, &f.order, What::Tick { target }, saw("open"));
        let before = history(&t, &f.dana, &f.order).await.len();
        assert!(matches!(send(&t, &f.sam, &tick).await, Err(Error::Forbidden(_))));
        assert_eq!(history(&t, &f.dana, &f.order).await.len(), before);
        assert_eq!(send(&t, &f.dana, &tick).await.unwrap().outcome, Outcome::Applied, "and it is not spent by that");
        // The work goes to somebody else before the device is back.
        let late = entry(&t, &f.dana, &f.order, What::Comment { text: "On my way".into() }, Seen::default());
        let tom = hire(&t, &f.sam, "tom", &[Role::Technician]).await;
        give(&t, &f.sam, &f.order, Some(&tom)).await;
        let answer = send(&t, &f.dana, &late).await.unwrap();
        assert!(answer.outcome == Outcome::Refused && answer.theirs.is_none(), "{answer:?}");
    }

    async fn once_it_is_judged_only_a_supervisor_puts_another_answer_in_its_place(t: TestApp) {
        let f = field(&t).await;
        let mei = hire(&t, &f.sam, "mei", &[Role::Auditor]).await;
        let target = at(&t, &f.dana, &f.order, "1.2").await;
        let what = What::Answer { item: item(&target), given: "7".into(), note: String::new() };
        let mine = entry(&t, &f.dana, &f.order, what, saw("open"));
        actions::answer::answer(&t.services.orders, &f.sam, &f.order, item(&target), "8".into(), String::new()).await.unwrap();
        let claim = load(&t, &f.dana, &f.order).await.ticks(&target).unwrap().current().unwrap().id.clone();
        judge_one(&t, &mei, &claim).await.unwrap();
        assert_eq!(send(&t, &f.dana, &mine).await.unwrap().outcome, Outcome::Conflict);
        let kept = tracewright::offline::actions::keep(&t.services.orders, &f.dana, mine.id.clone(), "a good reason".into()).await;
        assert!(matches!(kept, Err(Error::Forbidden(_))), "{kept:?}");
        let stands = load(&t, &f.dana, &f.order).await.ticks(&target).unwrap().current().unwrap().answer.clone().unwrap();
        assert_eq!((stands.value.as_str(), stands.found), ("8", Found::Good));
    }

    async fn a_wrong_clock_is_an_exception_and_an_old_claim_is_none(t: TestApp) {
        let f = field(&t).await;
        let note = |words: &str, claimed: i64, sent: i64| {
            let made = entry(&t, &f.dana, &f.order, What::Comment { text: words.into() }, Seen::default());
            let now = t.app.now();
            Entry { claimed: now.plus_micros(claimed), sent: now.plus_micros(sent), ..made }
        };
        send(&t, &f.dana, &note("a day ago", -DAY, 0)).await.unwrap();
        assert!(clock_exceptions(&t, &f.sam).await.is_empty());
        send(&t, &f.dana, &note("from tomorrow", DAY, 0)).await.unwrap();
        let open = clock_exceptions(&t, &f.sam).await;
        assert!(open.len() == 1 && open[0].starts_with("clock_skew: dana: the device claims a moment"), "{open:?}");
        send(&t, &f.dana, &note("and a clock that is off", 0, 20 * MINUTE)).await.unwrap();
        assert_eq!(clock_exceptions(&t, &f.sam).await.len(), 1, "one waits for its answer already");
    }
}
