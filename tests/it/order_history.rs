//! The history of an order on both databases: every event with the values before and since, narrowed, page by page, as a table and on paper.

use actix_web::http::StatusCode;
use tracewright::audit::reads::judged_claims;
use tracewright::db::AnyConnection;
use tracewright::foundation::{Asker, Role};
use tracewright::ledger::events::read_from;

use crate::guards::stage::{do_tick, hire, judge_one, owner, reword, running};
use crate::harness::http::{Client, Site, site};
use crate::harness::{MINUTE, TestApp, on_both};
use crate::people::pages::cookie;

const ADDRESS: &str = "/work-orders/WO-2026-100/history";

async fn browser(t: &TestApp, name: &str) -> Client {
    Client::browser(Some(&cookie(t, &format!("{name}@example.com")).await))
}

async fn page(s: &Site, who: &Client, query: &str) -> String {
    let answer = who.get(s, &format!("{ADDRESS}{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.body);
    answer.body
}

/// The sentences of the page, in its order.
fn lines(page: &str) -> Vec<String> {
    let list = page.split("<ol class=\"told\">").nth(1).unwrap_or_default().split("</ol>").next().unwrap();
    list.split("<li><span>").skip(1).map(|line| line.split("</span>").next().unwrap().to_owned()).collect()
}

async fn comment(s: &Site, who: &Client, words: &str) {
    let form = serde_urlencoded::to_string([("text", words)]).unwrap();
    let done = who.post(s, "/work-orders/WO-2026-100/comment", &form).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.body);
}

async fn handed_out(t: &TestApp) -> usize {
    let events = t.app.db.read(|conn: &mut AnyConnection| read_from(conn, 0, 100_000)).await.unwrap();
    events.iter().filter(|event| event.kind == "order.handed_out.v1").count()
}

/// An order with a tick, a changed plan and a verdict.
async fn told(t: &TestApp) -> (Asker, Asker, String) {
    let boss = owner(t).await;
    let dana = hire(t, &boss, "dana", &[Role::Technician]).await;
    let mei = hire(t, &boss, "mei", &[Role::Auditor]).await;
    let id = running(t, &boss, &dana).await;
    t.clock.advance(MINUTE);
    do_tick(t, &dana, &id, "1.1").await;
    t.clock.advance(MINUTE);
    reword(
        t,
        &boss,
        &id,
        |it| it.text == "See both models",
        |now| "See all models".clone_into(&mut now.text),
        "a third came",
    )
    .await
    .unwrap();
    let (project, order) = (boss.project, id.clone());
    let claims = t.app.db.read(move |conn| judged_claims(conn, project, &order)).await.unwrap();
    let claim = claims.into_iter().find(|it| it.claim.place == "1.1").unwrap().claim.claim_id;
    judge_one(t, &mei, &claim).await.unwrap();
    (boss, dana, id)
}

on_both! {
    async fn every_event_is_told_with_what_stood_there_before(t: TestApp) {
        let (_, dana, _) = told(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        let all = page(&s, &boss, "").await;
        for words in [
            "changed “See both models” to “See all models”: a third came", "ticked “Wrap the calls”", "assigned it to dana",
            "<del>nobody</del>", "<ins>dana</ins>", "<del>open</del>", "<ins>done</ins>", "claimed only", "judged “Wrap the calls” as",
            "?as_of=", "Times in <span data-zone>UTC</span>",
        ] {
            assert!(all.contains(words), "{words}: {all}");
        }
        // Names are those of the time: what was ticked is not renamed by what came later.
        let oldest = lines(&page(&s, &boss, "?order=oldest").await);
        let mut newest = lines(&all);
        newest.reverse();
        assert_eq!(oldest, newest);
        assert!(oldest[0].starts_with("imported it from"), "{oldest:?}");
        // The part of a changed plan, the group of kinds, the person.
        let of_dana = format!("?who={}&kind=work_order.item_ticked.v1", dana.id());
        for (query, expected) in [
            ("?part=2.1", vec!["changed “See both models” to “See all models”: a third came; this superseded the signature approval by owner"]),
            ("?part=1&kind=work", vec!["ticked “Wrap the calls”"]),
            (of_dana.as_str(), vec!["ticked “Wrap the calls”"]),
        ] {
            let narrowed = page(&s, &boss, query).await;
            assert_eq!(lines(&narrowed), expected, "{query}");
            assert!(narrowed.contains("Remove the filter"), "{query}");
        }
        let judging = page(&s, &boss, "?kind=judging").await;
        assert!(lines(&judging).iter().any(|line| line.starts_with("judged")), "{judging}");
        assert!(page(&s, &boss, "?kind=files").await.contains("Nothing fits"));
        for wrong in ["?part=9", "?since=soon", "?until=soon", "?as_of=1999-01-01"] {
            assert!(boss.get(&s, &format!("{ADDRESS}{wrong}")).await.status.is_client_error(), "{wrong}");
        }
    }

    async fn a_long_history_has_pages_on_which_every_event_stands_once(t: TestApp) {
        told(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        for n in 0..130 {
            comment(&s, &boss, &format!("Word {n:03}")).await;
        }
        for order in ["", "?order=oldest"] {
            let (mut query, mut seen, mut pages) = (order.to_owned(), Vec::new(), 0);
            loop {
                let shown = page(&s, &boss, &query).await;
                let on_page = lines(&shown);
                assert!(on_page.len() <= 100, "{}", on_page.len());
                seen.extend(on_page);
                pages += 1;
                let Some(rest) = shown.split("rel=\"next\"").next().filter(|_| shown.contains("rel=\"next\"")) else { break };
                let href = rest.rsplit("href=\"").next().unwrap().split('"').next().unwrap();
                let address = href.replace("&amp;", "&").replace("&#38;", "&");
                address.strip_prefix(ADDRESS).unwrap().clone_into(&mut query);
            }
            let words: Vec<&String> = seen.iter().filter(|line| line.contains("Word ")).collect();
            assert_eq!((pages, words.len()), (2, 130), "{order}");
            let mut once = words.clone();
            once.sort();
            once.dedup();
            assert_eq!(once.len(), 130, "each once");
        }
    }

    async fn what_leaves_the_house_computes_nothing_and_is_recorded(t: TestApp) {
        told(&t).await;
        let (s, boss) = (site(&t).await, browser(&t, "owner").await);
        comment(&s, &boss, "=HYPERLINK(\"http://x\", \"y\")").await;
        let before = handed_out(&t).await;
        let table = boss.get(&s, &format!("{ADDRESS}.csv?kind=words")).await;
        assert_eq!(table.status, StatusCode::OK);
        assert!(table.headers.get("content-disposition").unwrap().to_str().unwrap().contains("WO-2026-100-history.csv"));
        let rows: Vec<&str> = table.body.lines().collect();
        assert_eq!(rows[0], "entry,at,who,kind,part,what,before,after,reason,claimed_only");
        assert_eq!(rows.len(), 2, "{}", table.body);
        assert!(rows[1].contains("\"'=HYPERLINK(\"\"http://x\"\""), "{}", rows[1]);
        assert!(rows[1].split(',').nth(1).unwrap().ends_with('Z'), "UTC: {}", rows[1]);
        let paper = boss.get(&s, &format!("{ADDRESS}/print?kind=plan")).await.body;
        assert!(paper.contains("copy 2") && paper.contains("What: The plan."), "{paper}");
        assert_eq!(handed_out(&t).await, before + 2);
        // No change of the order.
        assert!(!page(&s, &boss, "").await.contains("handed out"));
    }

    async fn r38_a_history_is_seen_by_whoever_sees_its_order(t: TestApp) {
        let (boss, ..) = told(&t).await;
        hire(&t, &boss, "tim", &[Role::Technician]).await;
        let s = site(&t).await;
        let (stranger, dana) = (browser(&t, "tim").await, browser(&t, "dana").await);
        for form in ["", ".csv", "/print"] {
            let hidden = stranger.get(&s, &format!("{ADDRESS}{form}")).await;
            let none = stranger.get(&s, &format!("/work-orders/WO-1999-001/history{form}")).await;
            assert_eq!((hidden.status, none.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{form}");
            assert!(!hidden.body.contains("Wrap the calls"), "{form}");
            assert_eq!(dana.get(&s, &format!("{ADDRESS}{form}")).await.status, StatusCode::OK, "{form} is one's own");
        }
    }
}
