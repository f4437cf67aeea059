//! The claim desk: which evidence is shown, where signing leads, what is hidden and what is greyed.

use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::test::TestRequest;
use tracewright::audit;
use tracewright::foundation::Asker;
use tracewright::intake::Intake;
use tracewright::intake::ingest::{RequestBody, ingest_batch};

use crate::harness::on_both;

use super::pages::{ask, get, post};
use super::*;

const OTHER: &str = "11111111111111111111111111111111";

/// Ticks a place and gives its claim.
async fn ticked(t: &TestApp, case: &Case, place: &str) -> JudgedClaim {
    let target = load(t, &case.owner, &case.order).await.resolve_part(place).unwrap();
    actions::tick::tick(&t.services.orders, &case.tech, &case.order, target).await.unwrap();
    t.clock.advance(1_000_000);
    claim(t, case, place).await
}

fn address(claim: &JudgedClaim) -> String {
    format!("/claims/{}", claim.claim.claim_id)
}

/// The page as somebody sees it who judges blind.
async fn blind(t: &TestApp, who: &Asker, address: &str) -> String {
    let request = TestRequest::get().uri(address).cookie(Cookie::new("tw_blind", who.id().to_owned()));
    let (status, _, body) = ask(t, who, request).await;
    assert_eq!(status, StatusCode::OK);
    String::from_utf8(body).unwrap()
}

on_both! {
    async fn only_what_is_linked_to_the_claim_is_its_evidence(t: TestApp) {
        let case = case(&t).await;
        let bare = ticked(&t, &case, "3.2").await;
        let page = get(&t, &case.auditor, &address(&bare)).await;
        assert!(page.contains("Nothing is linked to this step"), "{page}");
        assert!(!page.contains("data-body") && !page.contains("Facts found"), "nothing is opened, nothing is checked");
        assert!(page.contains("Elsewhere in this order") && page.contains("linked to item 3.1"));
        assert!(!page.contains(" checked>"), "no answer is chosen beforehand");
        let opened = get(&t, &case.auditor, &format!("{}?trace={TRACE}", address(&bare))).await;
        assert!(opened.contains("It is no evidence of this claim") && opened.contains(OUTPUT));
        assert!(!opened.contains("Facts found"), "checks speak of the claim's own evidence alone");
        let own = get(&t, &case.auditor, &address(&claim(&t, &case, "3.1").await)).await;
        assert!(own.contains("Evidence of this claim") && own.contains("Facts found") && own.contains(OUTPUT));
        // What is linked to the step is evidence of its items.
        put_trace(&t, case.owner.project, OTHER, SPAN, "the whole step", "Both are shown here.").await;
        link_to(&t, &case, "3", OTHER).await.unwrap();
        let page = get(&t, &case.auditor, &address(&bare)).await;
        assert!(page.contains("Evidence of this claim") && page.contains("Both are shown here."), "{page}");
        assert!(page.contains("after it was ticked") && !page.contains("Nothing is linked"));
    }

    async fn where_nothing_can_be_quoted_the_page_says_so_before_anybody_fills_it_in(t: TestApp) {
        let case = case(&t).await;
        let input = |page: &str, value: &str| {
            let at = page.find(&format!("value=\"{value}\"")).unwrap();
            page[at..].split('>').next().unwrap().to_owned()
        };
        let item = claim(&t, &case, "3.1").await;
        let page = get(&t, &case.auditor, &address(&item)).await;
        assert!(page.contains("What the order records") && page.contains("Marked done by tech Name"), "{page}");
        assert!(!blind(&t, &case.auditor, &address(&item)).await.contains("tech Name"));
        assert!(!input(&page, "supported").contains("disabled"), "{page}");
        let (project, order) = (case.owner.project, case.order.clone());
        let links = t.app.db.read(move |conn| audit::reads::links_of(conn, project, &order)).await.unwrap();
        for link in links {
            let why = "of another order".to_owned();
            audit::actions::unlink(&t.app, &case.auditor, link.link_id, why).await.unwrap();
        }
        let page = get(&t, &case.auditor, &address(&item)).await;
        for (value, is_greyed) in [("supported", true), ("refuted", true), ("not_enough_information", false)] {
            assert_eq!(input(&page, value).contains("disabled"), is_greyed, "{value}: {page}");
        }
        assert!(page.contains("Nothing is linked that could be quoted; link a trace"), "{page}");
        assert!(page.contains("name=\"trace\"") && page.contains("Sign and next"), "{page}");
    }

    async fn what_the_trace_itself_was_given_leads_to_where_it_can_be_quoted(t: TestApp) {
        let case = case(&t).await;
        let event = |kind: &str, body: serde_json::Value| {
            serde_json::json!({"id": kind, "type": kind, "timestamp": "2026-11-21T09:00:00.000Z", "body": body})
        };
        let given = serde_json::json!({"id": OTHER, "name": "own", "input": {"asked": "of both"}, "output": "of <the trace> alone"});
        let top = serde_json::json!({"id": "top", "traceId": OTHER, "name": "answer", "input": {"asked": "of both"}, "output": "of the span"});
        let sent = serde_json::json!({"batch": [event("trace-create", given), event("span-create", top)]}).to_string();
        let sent = RequestBody::plain(sent.into_bytes());
        ingest_batch(&t.app, &Intake::unheard(), &Asker::system(case.owner.project), sent).await.unwrap();
        link_to(&t, &case, "3.1", OTHER).await.unwrap();
        let claim = claim(&t, &case, "3.1").await;
        let page = get(&t, &case.auditor, &format!("{}?trace={OTHER}", address(&claim))).await;
        assert!(page.contains("The input of the trace itself is the same text as the"), "{page}");
        assert!(page.contains(&format!("trace={OTHER}&#38;observation=top\">input of answer</a>")), "{page}");
        let alone = page.split_once("Output of the trace itself").unwrap().1;
        assert!(alone.contains("read and not quoted") && alone.contains("of &#60;the trace&#62; alone"), "{alone}");
        let plain = get(&t, &case.auditor, &format!("{}?trace={TRACE}", address(&claim))).await;
        assert!(!plain.contains("of the trace itself"), "nothing was given to that trace");
    }

    async fn names_and_ids_that_look_alike_are_told_apart(t: TestApp) {
        let case = case(&t).await;
        let alike = ["aaaa00000000000000000000000b1111", "aaaa00000000000000000000000c1111"];
        for trace in alike {
            put_trace(&t, case.owner.project, trace, SPAN, "asked", "answered").await;
            link_to(&t, &case, "3.1", trace).await.unwrap();
        }
        let page = get(&t, &case.auditor, &address(&claim(&t, &case, "3.1").await)).await;
        assert!(page.contains("aaaa00…0b1111") && page.contains("aaaa00…0c1111"), "{page}");
        let order = get(&t, &case.auditor, "/work-orders/WO-2026-014").await;
        assert!(order.contains("aaaa00…0b1111") && order.contains("aaaa00…0c1111"), "{order}");
    }

    async fn what_is_missing_is_said_of_this_claim_and_of_this_list(t: TestApp) {
        let case = case(&t).await;
        let page = get(&t, &case.auditor, &address(&claim(&t, &case, "3.1").await)).await;
        assert!(page.contains("No verdict on this claim stands in the log yet."), "{page}");
        let ledger = get(&t, &case.owner, "/ledger?id=nothing").await;
        assert!(ledger.contains("Every record of this project") && ledger.contains("Take a filter away"), "{ledger}");
        assert!(!ledger.contains("import a work order"));
    }

    async fn a_refusal_is_a_sentence_where_a_page_shows_it(t: TestApp) {
        let case = case(&t).await;
        let claim = claim(&t, &case, "3.1").await;
        let (status, _, page) = post(&t, &case.auditor, &format!("{}/verdict", address(&claim)), &[("outcome", "")]).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.contains(">Choose supported, refuted or not enough information.<"), "{page}");
    }

    async fn signing_goes_on_to_the_next_that_waits_and_wraps(t: TestApp) {
        let case = case(&t).await;
        for place in ["3.2", "C1", "C2"] {
            ticked(&t, &case, place).await;
        }
        let filter = audit::reads::QueueFilter { standing: Some("open".to_owned()), ..Default::default() };
        let project = case.owner.project;
        let queue = t.app.db.read(move |conn| audit::reads::queue(conn, project, &filter)).await.unwrap();
        let waiting: Vec<String> =
            queue.iter().filter(|it| !it.claim.unattested).map(|it| it.claim.claim_id.clone()).collect();
        let fields = [("outcome", "not_enough_information"), ("reason", "no_evidence_linked")];
        assert!(waiting.len() >= 3, "{waiting:?}");
        // From the middle to the end, then around to the first.
        let (middle, last) = (waiting.len() / 2, waiting.len() - 1);
        for (here, next) in [(middle, middle + 1), (last, 0)] {
            let page = format!("/claims/{}", waiting[here]);
            let skip = format!("href=\"/claims/{}\" data-key=\"x\"", waiting[next]);
            assert!(get(&t, &case.auditor, &page).await.contains(&skip), "{here} skips to {next}");
            let (status, to, body) = post(&t, &case.auditor, &format!("{page}/verdict"), &fields).await;
            assert_eq!((status, to), (StatusCode::SEE_OTHER, format!("/claims/{}", waiting[next])), "{body}");
        }
        // Everywhere, the way through all orders is kept in the address.
        let page = get(&t, &case.auditor, &format!("/claims/{}?in=all", waiting[0])).await;
        assert!(page.contains("?in=all\" data-key=\"x\""));
    }

    async fn whoever_judges_blind_sees_no_name_before_they_have_signed(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        let second = other(&case.owner, "second", &[Role::Auditor]);
        give(&t, &second, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        let open = get(&t, &case.auditor, &address(&item)).await;
        assert!(open.contains("tech Name") && open.contains("second Name") && open.contains("<mark>"));
        let page = blind(&t, &case.auditor, &address(&item)).await;
        for hidden in ["tech Name", "second Name", "<mark>", "stamp supported"] {
            assert!(!page.contains(hidden), "{hidden} shows");
        }
        assert!(page.contains("author hidden") && page.contains("1 verdict of others, hidden too"));
        assert!(!blind(&t, &case.auditor, "/review?standing=any").await.contains("tech Name"));
        give(&t, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        let page = blind(&t, &case.auditor, &address(&item)).await;
        assert!(page.contains("tech Name") && page.contains("You agree with 1 of 1 other verdict"), "{page}");
    }

    async fn the_box_is_remembered_for_who_ticked_it(t: TestApp) {
        let case = case(&t).await;
        let (status, back, _) =
            post(&t, &case.auditor, "/review/blind", &[("blind", "1"), ("back", "/review?order=WO-2026-014")]).await;
        assert_eq!((status, back.as_str()), (StatusCode::SEE_OTHER, "/review?order=WO-2026-014"));
        let page = address(&claim(&t, &case, "3.1").await);
        let request = TestRequest::get().uri(&page).cookie(Cookie::new("tw_blind", "somebody else"));
        let (_, _, body) = ask(&t, &case.auditor, request).await;
        assert!(String::from_utf8(body).unwrap().contains("tech Name"), "another person's choice hides nothing");
    }

    async fn what_one_may_not_give_is_greyed_with_the_reason(t: TestApp) {
        let case = case(&t).await;
        let page = get(&t, &case.tech, &address(&claim(&t, &case, "3.1").await)).await;
        let input = |value: &str| {
            let at = page.find(&format!("value=\"{value}\"")).unwrap();
            page[at..].split('>').next().unwrap().to_owned()
        };
        assert!(input("supported").contains("disabled") && input("not_enough_information").contains("disabled"));
        assert!(!input("refuted").contains("disabled"), "a fault may be admitted");
        assert!(page.contains("another auditor must judge it"));
        let page = get(&t, &case.auditor, &address(&claim(&t, &case, "3.1").await)).await;
        assert!(!page.contains("disabled"));
    }

    async fn several_quotes_are_signed_and_a_single_letter_is_warned_of(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        let verdict = format!("{}/verdict", address(&item));
        let quote = |words: &'static str| {
            [("quote", words), ("quote_trace", TRACE), ("quote_observation", SPAN), ("quote_field", "output"),
             ("quote_prefix", ""), ("quote_suffix", "")]
        };
        let with = |quotes: &[[(&'static str, &'static str); 6]]| {
            let mut fields = vec![("outcome", "supported")];
            fields.extend(quotes.iter().flatten());
            fields
        };
        let (status, _, body) = post(&t, &case.auditor, &verdict, &with(&[quote("b")])).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(body.contains("a single letter stands in almost any text") && body.contains("name=\"sure\""), "{body}");
        assert!(claim(&t, &case, "3.1").await.verdicts.is_empty());
        let two = with(&[quote("51 calls"), quote("48 calls are traced")]);
        let (status, _, body) = post(&t, &case.auditor, &verdict, &two).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{body}");
        let given = claim(&t, &case, "3.1").await.verdicts.remove(0);
        let words: Vec<&str> = given.verdict.quotes.iter().map(|it| it.evidence.quote.exact.as_str()).collect();
        assert_eq!(words, ["51 calls", "48 calls are traced"]);
    }

    async fn a_judged_claim_opens_where_its_verdict_quotes(t: TestApp) {
        let case = case(&t).await;
        put_trace(&t, case.owner.project, OTHER, SPAN, "first linked", "Nothing of interest.").await;
        let item = ticked(&t, &case, "3.2").await;
        for trace in [OTHER, TRACE] {
            link_to(&t, &case, "3.2", trace).await.unwrap();
            t.clock.advance(1_000_000);
        }
        assert!(get(&t, &case.auditor, &address(&item)).await.contains("Nothing of interest."));
        give(&t, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        let page = get(&t, &case.auditor, &address(&item)).await;
        assert!(page.contains(&format!("<mark>{WORDS}</mark>")), "{page}");
    }

    async fn entries_of_the_ledger_lead_to_what_they_are_about(t: TestApp) {
        let case = case(&t).await;
        let item = claim(&t, &case, "3.1").await;
        give(&t, &case.auditor, quoting(&item, Outcome::Supported, WORDS)).await.unwrap();
        let list = get(&t, &case.owner, "/ledger?kind=audit.verdict_given.v1").await;
        assert!(list.contains("Verdict given") && list.contains(&address(&item)), "{list}");
        assert!(list.contains("<option value=\"audit.verdict_given.v1\" selected>Verdict given</option>"));
        let order = format!("/work-orders/by-id/{}", case.order);
        assert!(list.contains(&order));
        let (status, to, _) = ask(&t, &case.owner, TestRequest::get().uri(&order)).await;
        assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/work-orders/WO-2026-014"));
        let only = get(&t, &case.owner, "/ledger?actor=auditor").await;
        assert!(only.contains("Only auditor Name ×"), "{only}");
    }
}
