//! What parts of a plan ask for beyond their words, in the browser: planned on the edit page, held while the work is done,
//! carried out and in again.

use actix_web::http::StatusCode;
use tracewright::audit::exceptions::reads::{ExceptionRow, Filter, list};
use tracewright::foundation::Role;
use tracewright::work_orders::editing::plan_of;
use tracewright::work_orders::model::{Kind, Status};

use crate::harness::on_both;
use crate::harness::orders::walk;

use super::pages::{Answer, get, post};
use super::planning::{block, change, written};
use super::*;

/// Says what a part asks for, as its form does.
async fn demand(
    t: &TestApp,
    who: &Asker,
    number: &str,
    part: &tracewright::work_orders::model::Block,
    more: &[(&str, &str)],
) -> Answer {
    let mut fields = vec![
        ("op", "set"),
        ("block", part.id.as_str()),
        ("was", part.text.as_str()),
        ("text", part.text.as_str()),
        ("kind", part.kind.as_str()),
        ("depth", "0"),
        ("demands", "yes"),
    ];
    fields.extend(more);
    change(t, who, number, &fields).await
}

on_both! {
    async fn a_checkpoint_is_planned_holds_and_is_let_pass_by_a_supervisor_only(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let plan = plan_of(&load(&t, &asker, &id).await).document;
        let isolate = block(&plan, "Isolate");
        let odd = demand(&t, &asker, &number, isolate, &[("blocking", "yes"), ("time", "soon")]).await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(odd.body.contains("Takes at least: write a time such as 45 s, 5 min"), "{}", odd.body);
        let set = demand(&t, &asker, &number, isolate, &[("blocking", "yes"), ("time", "5 min")]).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
        let page = get(&t, &asker, &format!("/work-orders/{number}/edit")).await.body;
        assert!(page.contains("value=\"5 min\"") && page.contains("It asks for no evidence"), "{page}");
        walk(&t, &asker, &asker, &id, Status::InProgress).await;
        let seal = at(&load(&t, &asker, &id).await, "2.1");
        let tick = format!("/work-orders/{number}/tick");
        let held = post(&t, &asker, &tick, &[("target", &seal.to_string())]).await;
        assert!(!held.status.is_redirection() && held.body.contains("is a checkpoint"), "{}", held.body);
        let page = get(&t, &asker, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("checkpoint: do it first") && page.contains("Let work pass"), "{page}");
        let pass = format!("/work-orders/{number}/release");
        let step = at(&load(&t, &asker, &id).await, "1").to_string();
        let dana = other(&asker, "dana", &[Role::Technician]);
        let form = [("target", step.as_str()), ("reason", "the line stands still anyway")];
        assert_eq!(post(&t, &dana, &pass, &form).await.status, StatusCode::FORBIDDEN);
        assert_eq!(post(&t, &asker, &pass, &form[..1]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(post(&t, &asker, &pass, &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(post(&t, &asker, &tick, &[("target", &seal.to_string())]).await.status, StatusCode::SEE_OTHER);
        let page = get(&t, &asker, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("let pass: the line stands still anyway"), "{page}");
        for place in ["1.1", "1.2"] {
            let target = at(&load(&t, &asker, &id).await, place);
            actions::tick::tick(&t.services.orders, &asker, &id, target).await.unwrap();
        }
        let page = get(&t, &asker, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("at least 5 min are planned"), "both figures are named: {page}");
    }

    async fn each_step_done_too_fast_is_an_exception_once_the_work_is_declared_done(t: TestApp) {
        use crate::guards::stage as guards;
        let boss = guards::owner(&t).await;
        let dana = guards::hire(&t, &boss, "dana", &[Role::Technician]).await;
        let mei = guards::hire(&t, &boss, "mei", &[Role::Auditor]).await;
        let id = guards::take(&t, &boss, guards::FILE).await;
        let number = load(&t, &boss, &id).await.number.to_string();
        let plan = plan_of(&load(&t, &boss, &id).await).document;
        for step in plan.iter().filter(|block| block.kind == Kind::Step) {
            let set = demand(&t, &boss, &number, step, &[("time", "5 min")]).await;
            assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
        }
        walk(&t, &boss, &dana, &id, Status::InProgress).await;
        t.clock.advance(12_000_000);
        for place in ["1.1", "2.1", "C1"] {
            guards::do_tick(&t, &dana, &id, place).await;
        }
        let exceptions = async || {
            let project = boss.project;
            let read = move |conn: &mut tracewright::db::AnyConnection| {
                list(conn, project, &Filter::default())
            };
            t.app.db.read(read).await.unwrap()
        };
        assert!(exceptions().await.is_empty(), "a tick can still be taken back");
        guards::complete(&t, &dana, &id, tracewright::work_orders::model::Outcome::Achieved).await.unwrap();
        let open = exceptions().await;
        let is_told = |row: &ExceptionRow| row.kind == "too_fast" && row.detail.contains("at least 5 min are planned");
        assert!(open.len() == 2 && open.iter().all(is_told), "{open:?}");
        let page = get(&t, &mei, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("2 open") && page.contains("step 1 took") && page.contains("step 2 took"), "{page}");
        let why = guards::refusal(guards::go(&t, &mei, &id, Status::Verified).await);
        guards::judge_all(&t, &mei, &id).await;
        let bars = guards::refusal(guards::go(&t, &mei, &id, Status::Verified).await);
        assert!(bars.contains("2 exceptions without a disposition"), "{why} {bars}");
        let list = get(&t, &mei, "/exceptions").await.body;
        for words in ["Step done too fast", "The step was done again, in its time", "It can be done well in that time"] {
            assert!(list.contains(words), "{words}: {list}");
        }

        // Sent back and completed as it stands, it is not asked about again.
        guards::go(&t, &boss, &id, Status::InProgress).await.unwrap();
        guards::complete(&t, &dana, &id, tracewright::work_orders::model::Outcome::Achieved).await.unwrap();
        assert_eq!(exceptions().await.len(), 2);
        let answer = |who: &Asker, row: &ExceptionRow| {
            let (app, who, one) = (t.app.clone(), who.clone(), row.exception_id.clone());
            async move {
                let how = tracewright::audit::exceptions::Answer::Harmless;
                tracewright::audit::actions::resolve_exception(&app, &who, one, how, "dana knows this valve").await
            }
        };
        assert!(answer(&dana, &open[0]).await.is_err(), "nobody answers for their own work");
        answer(&mei, &open[0]).await.unwrap();
        assert!(guards::go(&t, &mei, &id, Status::Verified).await.is_err(), "the other one waits");
        answer(&mei, &open[1]).await.unwrap();
        guards::go(&t, &mei, &id, Status::Verified).await.unwrap();
    }

    async fn an_answer_opens_what_waits_for_it_and_the_file_carries_that(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let plan = plan_of(&load(&t, &asker, &id).await).document;
        let (zero, swap) = (block(&plan, "Pressure is zero"), block(&plan, "Swap"));
        let wait = format!("{}=no", zero.id);
        let early = demand(&t, &asker, &number, swap, &[("only_if", &wait)]).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "a tick has no answer to wait for");
        assert_eq!(demand(&t, &asker, &number, zero, &[("asks", "yes_no")]).await.status, StatusCode::SEE_OTHER);
        let set = demand(&t, &asker, &number, swap, &[("only_if", &wait)]).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
        let valve = block(&plan, "Close valve 7");
        let later = demand(&t, &asker, &number, valve, &[("only_if", &wait)]).await;
        assert!(later.body.contains("does not stand before it"), "{}", later.body);

        let file = get(&t, &asker, &format!("/work-orders/{number}/markdown")).await.body;
        assert_eq!(file.matches("<!-- What the parts").count(), 1, "{file}");
        let again = take(&t, &asker, &file).await.unwrap();
        let copy = load(&t, &asker, &again.order_id).await;
        assert!(copy.steps[1].not_asked && copy.steps[0].items[1].asks.kind.as_str() == "yes_no");
        let out = get(&t, &asker, &format!("/work-orders/{}/markdown", copy.number)).await.body;
        assert_eq!(out, file, "an unchanged import comes out byte for byte");
        let copied = post(&t, &asker, &format!("/work-orders/{number}/copy"), &[]).await;
        assert_eq!(copied.status, StatusCode::SEE_OTHER, "{}", copied.body);

        walk(&t, &asker, &asker, &id, Status::InProgress).await;
        let before = row(&t, &asker, &number).await;
        assert_eq!((before.steps, before.items), (1, 2));
        let page = get(&t, &asker, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("only if 1.2 is No") && page.contains("not asked"), "{page}");
        let seal = at(&load(&t, &asker, &id).await, "2.1");
        let tick = format!("/work-orders/{number}/tick");
        let closed = post(&t, &asker, &tick, &[("target", &seal.to_string())]).await;
        assert!(closed.body.contains("only if 1.2 is No"), "{}", closed.body);
        let answer = format!("/work-orders/{number}/answer");
        let said = [("item", zero.id.as_str()), ("answer", "no")];
        assert_eq!(post(&t, &asker, &answer, &said).await.status, StatusCode::SEE_OTHER);
        assert_eq!(post(&t, &asker, &tick, &[("target", &seal.to_string())]).await.status, StatusCode::SEE_OTHER);
        let open = row(&t, &asker, &number).await;
        assert_eq!((open.steps, open.items, open.items_done), (2, 3, 2));
    }

    async fn a_criterion_asks_for_evidence_and_bars_achieved_without_it(t: TestApp) {
        let asker = owner(&t).await;
        let (number, id) = written(&t, &asker).await;
        let plan = plan_of(&load(&t, &asker, &id).await).document;
        let leak = plan.iter().find(|block| block.kind == Kind::Criterion).unwrap();
        let odd = demand(&t, &asker, &number, leak, &[("traces", "many")]).await;
        assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
        let set = demand(&t, &asker, &number, leak, &[("files", "1"), ("attested", "yes")]).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}", set.body);
        walk(&t, &asker, &asker, &id, Status::InProgress).await;
        for place in ["1.1", "1.2", "2.1", "C1"] {
            let target = at(&load(&t, &asker, &id).await, place);
            actions::tick::tick(&t.services.orders, &asker, &id, target).await.unwrap();
        }
        let page = get(&t, &asker, &format!("/work-orders/{number}")).await.body;
        assert!(page.contains("asks for 1 photo or file") && page.contains("0 of 1 photos or files"), "{page}");
        let page = get(&t, &asker, &format!("/work-orders/{number}/move/completed")).await.body;
        assert!(page.contains("Criteria lack the evidence they ask for") && page.contains("nobody else has attested it"), "{page}");
    }
}
