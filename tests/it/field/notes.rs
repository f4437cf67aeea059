//! Comments and notes that speak to people, comments with files, and holds.

use actix_web::http::{Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::*;
use crate::guards::stage::hire;
use crate::harness::http::site;
use crate::harness::on_both;

on_both! {
    async fn whoever_is_spoken_to_sees_it_on_home_until_they_open_or_answer_it(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let (owner, dana) = (browser(&t, "owner@example.com").await, browser(&t, "dana@example.com").await);
        let comment = format!("/work-orders/{}/comment", work.number);
        saw(&owner.post(&s, &comment, "text=%40dana+please+look+at+%60%40dana%60").await);
        let after = order(&t, &work).await;
        assert_eq!(after.gathered.mentions.iter().map(|it| it.account.as_str()).collect::<Vec<_>>(), [work.dana.actor.id.as_str()]);
        let entry = after.comments[0].id.clone();
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(page.contains("<b class=\"mention own\">@dana</b>") && page.contains("<code>@dana</code>"), "{page}");
        let home = dana.get(&s, "/").await.body;
        assert!(home.contains("Put to you") && home.contains("please look at"), "{home}");
        assert!(!owner.get(&s, "/").await.body.contains("Put to you"));
        let form = format!("order={}&entry={entry}", work.id);
        // Nobody opens what was put to somebody else.
        assert_eq!(owner.post(&s, "/mentions/open", &form).await.status, StatusCode::NOT_FOUND);
        let opened = dana.post(&s, "/mentions/open", &form).await;
        assert_eq!(opened.location(), format!("/work-orders/{}#comment-{entry}", work.number));
        assert!(!dana.get(&s, "/").await.body.contains("Put to you"));
        // A note in the log speaks too, and an answer settles it.
        saw(&owner.post(&s, &format!("/work-orders/{}/log", work.number), "title=Question&lines=which+bolt%2C+%40dana%3F").await);
        assert!(dana.get(&s, "/").await.body.contains("which bolt"));
        t.clock.advance(1_000_000);
        saw(&dana.post(&s, &comment, "text=the+left+one").await);
        assert!(!dana.get(&s, "/").await.body.contains("Put to you"));
    }

    async fn a_code_that_speaks_to_somebody_reads_as_their_name(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let (owner, dana) = (browser(&t, "owner@example.com").await, browser(&t, "dana@example.com").await);
        let order_page = format!("/work-orders/{}", work.number);
        let listed = owner.get(&s, &order_page).await.body;
        let code = listed.split("@dana <span class=\"quiet\">(").nth(1).unwrap().split(')').next().unwrap().to_owned();
        saw(&owner.post(&s, &format!("{order_page}/comment"), &format!("text=%40{code}+please+look")).await);
        let page = dana.get(&s, &order_page).await.body;
        assert!(page.contains(&format!("<b class=\"mention own\" title=\"@{code}\">@dana</b>")), "{page}");
        let home = dana.get(&s, "/").await.body;
        assert!(home.contains("@dana please look") && !home.contains(&format!("@{code}")), "{home}");
    }

    async fn whoever_has_seen_what_was_put_to_them_says_so_and_stays(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let (owner, dana) = (browser(&t, "owner@example.com").await, browser(&t, "dana@example.com").await);
        saw(&owner.post(&s, &format!("/work-orders/{}/comment", work.number), "text=%40dana+please+look").await);
        let home = dana.get(&s, "/").await.body;
        assert!(home.contains(">Seen</button>"), "{home}");
        let entry = order(&t, &work).await.comments[0].id.clone();
        let seen = dana.post(&s, "/mentions/open", &format!("order={}&entry={entry}&back=home", work.id)).await;
        saw(&seen);
        assert_eq!(seen.location(), "/");
        assert!(!dana.get(&s, "/").await.body.contains("Put to you"));
    }

    async fn nobody_is_spoken_to_who_is_no_member_or_may_not_see_the_order(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        hire(&t, &work.owner, "tom", &[Role::Technician]).await;
        hire(&t, &work.owner, "mei", &[Role::Auditor]).await;
        let dana = browser(&t, "dana@example.com").await;
        let text = "text=%40tom+%40mei+%40nobody+%40USR-999+mei%40mei.example+%40dana";
        let commented = dana.post(&s, &format!("/work-orders/{}/comment", work.number), text).await;
        saw(&commented);
        let names: Vec<String> = order(&t, &work).await.gathered.mentions.iter().map(|it| it.name.clone()).collect();
        assert_eq!(names, ["mei"]);
        // Whoever called somebody who did not hear it is told so, and not whether they are here at all.
        let told = commented.cookie("tw_flash").unwrap();
        let told = URL_SAFE_NO_PAD.decode(told.strip_prefix("good.").unwrap()).unwrap();
        let told = String::from_utf8(told).unwrap();
        assert!(told.contains("Nobody is called @tom or @nobody or @USR-999 among the people"), "{told}");
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(page.contains("Who can be named") && page.contains("@mei <span"), "{page}");
        assert!(!page.contains("@tom <span"), "{page}");
        assert!(!browser(&t, "tom@example.com").await.get(&s, "/").await.body.contains("Put to you"));
        assert!(browser(&t, "mei@example.com").await.get(&s, "/").await.body.contains("Put to you"));
    }

    async fn a_comment_carries_files_that_are_no_evidence_of_a_claim(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let path = format!("/work-orders/{}/comment", work.number);
        let (kind, body) = form(&[("text", None, b"See the picture"), ("file", Some("pump.png"), &png()), ("file", Some(""), b"")]);
        saw(&dana.send_body(&s, Method::POST, &path, &kind, body).await);
        let after = order(&t, &work).await;
        assert_eq!((after.comments.len(), after.gathered.files.len(), after.gathered.evidence().count()), (1, 1, 0));
        let page = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(page.contains("pump.png"), "{page}");
        let (kind, body) = form(&[("text", None, b"  "), ("file", Some("pump.png"), &png())]);
        let silent = dana.send_body(&s, Method::POST, &path, &kind, body).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        let (kind, body) = form(&[("text", None, b"words alone")]);
        saw(&dana.send_body(&s, Method::POST, &path, &kind, body).await);
        assert_eq!(order(&t, &work).await.gathered.files.len(), 1);
    }

    async fn an_order_goes_out_as_json_and_on_paper_and_the_list_as_csv_to_whoever_may_see_them(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        hire(&t, &work.owner, "tom", &[Role::Technician]).await;
        let (dana, tom) = (browser(&t, "dana@example.com").await, browser(&t, "tom@example.com").await);
        saw(&send(&s, &dana, &work.number, &[("file", Some("pump.png"), &png())]).await);
        saw(&dana.post(&s, &format!("/work-orders/{}/time", work.number), "minutes=30&day=2026-11-21").await);
        let path = format!("/work-orders/{}.json", work.number);
        let got = dana.get(&s, &path).await;
        let whole: serde_json::Value = serde_json::from_str(&got.body).unwrap();
        assert_eq!(whole["number"], work.number.as_str());
        assert_eq!(whole["gathered"]["files"][0]["name"], "pump.png");
        let at = whole["gathered"]["time"][0]["at"].as_str().unwrap();
        assert!(at.starts_with("2026-11-21T09:") && at.ends_with('Z'), "{at}");
        assert_eq!(tom.get(&s, &path).await.status, StatusCode::NOT_FOUND);
        let csv = dana.get(&s, "/work-orders.csv?q=trace").await.body;
        assert!(csv.starts_with("number,title,") && csv.contains(&format!("\r\n{},", work.number)), "{csv}");
        assert_eq!(tom.get(&s, "/work-orders.csv").await.body.lines().count(), 1);
        assert!(dana.get(&s, "/work-orders?q=trace").await.body.contains("/work-orders.csv?q=trace"));
        let paper = dana.get(&s, &format!("/work-orders/{}/print", work.number)).await.body;
        assert!(paper.contains("pump.png") && paper.contains("Together: 30 m"), "{paper}");
    }

    async fn a_hold_asks_for_code_and_words_says_since_when_and_is_resumed_with_one_press(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let page = format!("/work-orders/{}", work.number);
        let asked = dana.get(&s, &format!("{page}/move/on_hold")).await.body;
        assert!(asked.contains("It waits for") && asked.contains("Parts") && asked.contains("name=\"reason\""), "{asked}");
        let move_to = format!("{page}/transition");
        for (form, field) in [
            ("to=on_hold&hold=&reason=no+seal+in+store", "hold"),
            ("to=on_hold&hold=parts&reason=no", "reason"),
        ] {
            let refused = dana.post(&s, &move_to, form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(refused.body.contains(&format!("id=\"fault-{field}\"")), "{}", refused.body);
        }
        saw(&dana.post(&s, &move_to, "to=on_hold&hold=parts&reason=no+seal+in+store").await);
        let home = browser(&t, "owner@example.com").await.get(&s, "/").await.body;
        assert!(home.contains("waits for parts: no seal in store · since <time"), "{home}");
        let held = dana.get(&s, &page).await.body;
        assert!(held.contains("On hold since") && held.contains("waits for parts: no seal in store"), "{held}");
        assert!(held.contains("value=\"in_progress\"") && held.contains(">Resume</button>"), "{held}");
        saw(&dana.post(&s, &move_to, "to=in_progress").await);
        assert_eq!(order(&t, &work).await.status, Status::InProgress);
    }
}
