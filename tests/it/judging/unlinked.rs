//! Taking links away: whose it is while the work goes on, whose once it is done, and what it opens where somebody judged.

use serde_json::json;
use tracewright::audit::Outcome as Found;
use tracewright::audit::actions::{resolve_exception, unlink};
use tracewright::audit::exceptions::Answer;
use tracewright::audit::exceptions::reads::{ExceptionRow, Filter, list};
use tracewright::audit::reads::links_of;
use tracewright::audit::unknown_places::newest;
use tracewright::db::AnyConnection;
use tracewright::foundation::{Asker, Error, Role};
use tracewright::intake::ingest::{RequestBody, ingest_batch};
use tracewright::knowledge::reads as atoms;
use tracewright::work_orders::model::{Outcome, Status};

use crate::guards::stage::{
    self, complete, do_tick, go, hire, judge_all, link_trace, owner, refusal, running, send,
};
use crate::harness::{TestApp, on_both};

use super::pages::get;
use super::{TRACE, WORDS, case, claim, give, quoting};

/// The standing link of an order to a trace.
async fn link_of(t: &TestApp, who: &Asker, order: &str, trace: &str) -> String {
    let (project, order) = (who.project, order.to_owned());
    let links = t.app.db.read(move |conn| links_of(conn, project, &order)).await.unwrap();
    links.into_iter().find(|link| link.trace_id == trace).unwrap().link_id
}

async fn take(t: &TestApp, who: &Asker, link: &str, why: &str) -> Result<String, Error> {
    unlink(&t.app, who, link.to_owned(), why.to_owned()).await
}

async fn open_ones(t: &TestApp, who: &Asker) -> Vec<ExceptionRow> {
    let (project, filter) = (who.project, Filter { open: Some(true), ..Filter::default() });
    t.app.db.read(move |conn| list(conn, project, &filter)).await.unwrap()
}

async fn finish(t: &TestApp, who: &Asker, id: &str) {
    for at in ["1.1", "2.1", "C1"] {
        do_tick(t, who, id, at).await;
    }
    complete(t, who, id, Outcome::Achieved).await.unwrap();
}

on_both! {
    async fn ones_own_until_the_work_is_done_and_the_rest_by_reviewers_alone(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let lena = hire(&t, &boss, "lena", &[Role::Supervisor]).await;
        let id = running(&t, &boss, &dana).await;
        for trace in ["hers", "kept", "lenas"] {
            send(&t, &boss, trace, &[], "It was seen.").await;
        }
        send(&t, &boss, "ruled", &["wo:WO-2026-100/1.1"], "It was seen.").await;
        for (who, trace) in [(&dana, "hers"), (&dana, "kept"), (&lena, "lenas")] {
            link_trace(&t, who, &id, "1.1", trace).await;
        }
        for trace in ["lenas", "ruled"] {
            let link = link_of(&t, &boss, &id, trace).await;
            let refused = take(&t, &dana, &link, "not the right one").await;
            assert!(matches!(refused, Err(Error::Forbidden(_))), "{trace}: {refused:?}");
        }
        let ruled = link_of(&t, &boss, &id, "ruled").await;
        assert!(matches!(take(&t, &lena, &ruled, " ").await, Err(Error::Invalid(_))), "it needs a reason");
        take(&t, &lena, &ruled, "it names the wrong order").await.unwrap();
        send(&t, &boss, "ruled", &["wo:WO-2026-100/1.1"], "It was seen, and more.").await;
        let (project, order) = (boss.project, id.clone());
        let links = t.app.db.read(move |conn| links_of(conn, project, &order)).await.unwrap();
        assert!(links.iter().all(|link| link.trace_id != "ruled"), "it stays away though the trace goes on");
        let hers = link_of(&t, &boss, &id, "hers").await;
        take(&t, &dana, &hers, "").await.unwrap();
        finish(&t, &dana, &id).await;
        let kept = link_of(&t, &boss, &id, "kept").await;
        let late = take(&t, &dana, &kept, "not the right one").await;
        assert!(matches!(&late, Err(Error::Forbidden(_))), "{late:?}");
        assert!(late.unwrap_err().to_string().contains("is completed"));
        take(&t, &lena, &kept, "it is of another machine").await.unwrap();
        assert_eq!(open_ones(&t, &boss).await, [], "nobody had judged");
    }

    async fn what_was_judged_or_verified_with_it_is_asked_about(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let lena = hire(&t, &boss, "lena", &[Role::Supervisor]).await;
        let mei = hire(&t, &boss, "mei", &[Role::Auditor]).await;
        let id = running(&t, &boss, &dana).await;
        for trace in ["one", "two", "three"] {
            send(&t, &boss, trace, &[], "It was seen.").await;
            link_trace(&t, &dana, &id, "1.1", trace).await;
        }
        finish(&t, &dana, &id).await;
        judge_all(&t, &mei, &id).await;
        let one = link_of(&t, &boss, &id, "one").await;
        take(&t, &lena, &one, "it is of another machine").await.unwrap();
        let open = open_ones(&t, &boss).await;
        assert_eq!(open.len(), 1, "{open:?}");
        let told = (open[0].kind.as_str(), open[0].trace_id.as_str(), open[0].detail.as_str());
        assert_eq!(told, ("evidence_removed", "one", "judged with it: 1.1"));
        assert!(refusal(go(&t, &mei, &id, Status::Verified).await).contains("1 exception"));
        let answer = async |id: &str| {
            let words = "The verdict rests on the others.";
            resolve_exception(&t.app, &mei, id.to_owned(), Answer::Accepted, words).await.unwrap();
        };
        answer(&open[0].exception_id).await;
        go(&t, &mei, &id, Status::Verified).await.unwrap();
        let two = link_of(&t, &boss, &id, "two").await;
        assert!(matches!(take(&t, &dana, &two, "not right").await, Err(Error::Forbidden(_))));
        take(&t, &lena, &two, "it is of another machine").await.unwrap();
        assert!(refusal(go(&t, &lena, &id, Status::Closed).await).contains("1 exception"));
        answer(&open_ones(&t, &boss).await[0].exception_id).await;
        go(&t, &lena, &id, Status::Closed).await.unwrap();
        let three = link_of(&t, &boss, &id, "three").await;
        assert!(matches!(take(&t, &lena, &three, "it is late").await, Err(Error::Refused(_))), "it is final");
    }

    async fn a_trace_taken_away_from_two_places_is_asked_about_for_each(t: TestApp) {
        let boss = owner(&t).await;
        let dana = hire(&t, &boss, "dana", &[Role::Technician]).await;
        let lena = hire(&t, &boss, "lena", &[Role::Supervisor]).await;
        let mei = hire(&t, &boss, "mei", &[Role::Auditor]).await;
        let id = running(&t, &boss, &dana).await;
        send(&t, &boss, "both", &[], "It was seen.").await;
        for place in ["1.1", "2.1"] {
            link_trace(&t, &dana, &id, place, "both").await;
        }
        finish(&t, &dana, &id).await;
        judge_all(&t, &mei, &id).await;
        for _ in ["1.1", "2.1"] {
            let link = link_of(&t, &boss, &id, "both").await;
            take(&t, &lena, &link, "it is of another machine").await.unwrap();
        }
        let mut said: Vec<String> = open_ones(&t, &boss).await.into_iter().map(|row| row.detail).collect();
        said.sort();
        assert_eq!(said, ["judged with it: 1.1", "judged with it: 2.1"]);
    }

    async fn a_name_that_fits_once_its_order_is_there_is_no_unknown_place_any_more(t: TestApp) {
        let boss = owner(&t).await;
        let named = async || {
            let who = boss.clone();
            t.app.db.read(move |conn| newest(conn, &who, 10)).await.unwrap().len()
        };
        // Each call names it for itself: what is said of the trace once is not heard again.
        let call = async |id: &str| {
            let metadata = json!({ "work_order": "WO-2026-100/1.1" });
            let body = json!({ "id": id, "traceId": "early", "name": "ask", "output": "seen", "metadata": metadata });
            let at = t.app.now().to_rfc3339();
            let event = json!({ "id": format!("e-{id}"), "type": "span-create", "timestamp": at, "body": body });
            let sent = RequestBody::plain(json!({ "batch": [event] }).to_string().into_bytes());
            ingest_batch(&t.app, &t.services.intake, &Asker::system(boss.project), sent).await.unwrap();
        };
        call("one").await;
        assert_eq!(named().await, 1);
        let id = stage::take(&t, &boss, stage::FILE).await;
        call("two").await;
        link_of(&t, &boss, &id, "early").await;
        assert_eq!(named().await, 0, "it is linked now");
    }

    async fn knowledge_names_no_claim_of_an_order_that_the_reader_may_not_see(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        give(&t, &case.auditor, quoting(&item, Found::Supported, WORDS)).await.unwrap();
        let address = format!("/claims/{}", item.claim.claim_id);
        let of_claim = format!("/knowledge?claim={}", item.claim.claim_id);
        let viewer = crate::judging::other(&case.owner, "vera", &[Role::Viewer]);
        let requester = crate::judging::other(&case.owner, "tom", &[Role::Requester]);
        assert!(get(&t, &viewer, "/knowledge").await.contains(&address));
        let page = get(&t, &requester, "/knowledge").await;
        assert!(page.contains("51 calls") && !page.contains(&address), "the words alone: {page}");
        assert!(!page.contains(&item.claim.statement), "{page}");
        assert!(!get(&t, &requester, &of_claim).await.contains("51 calls"));
        assert!(get(&t, &viewer, &of_claim).await.contains("51 calls"));
        let project = case.owner.project;
        let carried = async |who: &Asker| {
            let who = who.clone();
            let read = move |conn: &mut AnyConnection| {
                let all = atoms::search(conn, project, "", None)?;
                atoms::shown_to(conn, &who, all)
            };
            t.app.db.read(read).await.unwrap().iter().map(|atom| atom.sources.len()).sum::<usize>()
        };
        assert_eq!((carried(&viewer).await, carried(&requester).await), (1, 0), "as the API lists them");
    }

    async fn the_page_of_a_claim_offers_it_to_whoever_may(t: TestApp) {
        let case = case(&t).await;
        let address = format!("/claims/{}", claim(&t, &case, "3.1").await.claim.claim_id);
        let form = format!("/links/{}/remove", link_of(&t, &case.owner, &case.order, TRACE).await);
        let page = get(&t, &case.auditor, &address).await;
        assert!(page.contains(&form) && page.contains("Take the link to item 3.1 away"), "{page}");
        let plain = Asker::account(case.tech.actor.clone(), case.tech.project, vec![Role::Technician]);
        assert!(get(&t, &plain, &address).await.contains(&form), "their own, while they work");
        let viewer = crate::judging::other(&case.owner, "vera", &[Role::Viewer]);
        assert!(!get(&t, &viewer, &address).await.contains(&form));
    }
}
