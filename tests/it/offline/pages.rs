//! The way in over HTTP, the page of what waits, and what makes the pages installable.

use actix_web::http::{Method, StatusCode};
use serde_json::Value;
use tracewright::work_orders::actions;

use super::*;
use crate::field::{browser, form, png};
use crate::harness::http::{Answer, Client, Site, site};
use crate::harness::on_both;

/// Sends an entry as the script does.
async fn post(s: &Site, by: &Client, fields: &[(&str, &str)], file: Option<&[u8]>) -> Answer {
    let mut parts: Vec<(&str, Option<&str>, &[u8])> =
        fields.iter().map(|(name, value)| (*name, None, value.as_bytes())).collect();
    parts.extend(file.map(|bytes| ("file", Some("label.png"), bytes)));
    let (kind, body) = form(&parts);
    by.send_body(s, Method::POST, "/waiting/send", &kind, body).await
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{}: {}", answer.status, answer.body))
}

on_both! {
    async fn the_way_in_takes_ticks_and_photos_and_refuses_what_must_not_wait(t: TestApp) {
        let (f, s) = (field(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let target = at(&t, &f.dana, &f.order, "1.1").await.to_string();
        let (owner, now) = (owner_of(&f.dana), (t.app.now().0 / 1_000).to_string());
        let base = [("owner", owner.as_str()), ("order", f.order.as_str()), ("claimed", now.as_str()), ("sent", now.as_str()), ("standing", "open"), ("target", target.as_str())];
        let with = |more: &[(&'static str, &'static str)]| -> Vec<(&str, &str)> { more.iter().copied().chain(base).collect() };
        let tick = json(&post(&s, &dana, &with(&[("entry", "0197-tick-1"), ("kind", "tick")]), None).await);
        assert_eq!((tick["outcome"].as_str(), tick["was_there"].as_bool()), (Some("applied"), Some(false)), "{tick}");
        let photo = with(&[("entry", "0197-photo-1"), ("kind", "files"), ("description", "The label")]);
        for _ in 0..2 {
            assert_eq!(json(&post(&s, &dana, &photo, Some(&png())).await)["outcome"], "applied");
        }
        let files = load(&t, &f.dana, &f.order).await.gathered.files;
        assert_eq!(files.iter().map(|file| file.description.as_str()).collect::<Vec<_>>(), ["The label"], "sent twice, kept once");
        for (more, status) in [
            (vec![("entry", "0197-move-1"), ("kind", "transition")], StatusCode::UNPROCESSABLE_ENTITY),
            (vec![("entry", "x"), ("kind", "tick")], StatusCode::UNPROCESSABLE_ENTITY),
            (vec![("entry", "0197-none-1"), ("kind", "")], StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            assert_eq!(post(&s, &dana, &with(&more), None).await.status, status, "{more:?}");
        }
        let locked = post(&s, &browser(&t, "owner@example.com").await, &with(&[("entry", "0197-tick-2"), ("kind", "tick")]), None).await;
        assert_eq!((locked.status, json(&locked)["outcome"].as_str()), (StatusCode::CONFLICT, Some("locked")));
        let signed_out = post(&s, &Client::browser(None), &with(&[("entry", "0197-tick-3"), ("kind", "tick")]), None).await;
        assert!(signed_out.location().starts_with("/sign-in") || signed_out.status == StatusCode::UNAUTHORIZED);
    }

    async fn the_page_shows_both_answers_and_either_is_kept(t: TestApp) {
        let (f, s) = (field(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        assert!(dana.get(&s, "/waiting").await.body.contains("Nothing waits on this device."));
        let number = at(&t, &f.dana, &f.order, "1.2").await;
        let conflicting = async |given: &str, theirs: &str| {
            let standing = standing(&t, &f.dana, &f.order, &number).await;
            let what = What::Answer { item: item(&number), given: given.into(), note: String::new() };
            let mine = entry(&t, &f.dana, &f.order, what, saw(&standing));
            actions::answer::answer(&t.services.orders, &f.sam, &f.order, item(&number), theirs.into(), String::new()).await.unwrap();
            assert_eq!(send(&t, &f.dana, &mine).await.unwrap().outcome, Outcome::Conflict);
            mine.id
        };
        let first = conflicting("397", "90").await;
        let page = dana.get(&s, "/waiting").await.body;
        for words in ["Two answers", "Reading of the probe", "WO-2026-100/1.2", "<b>397</b>", "<b>90</b>", "Keep mine, say why…", "both answers stay in the history", "1 entry needs you"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let sam = browser(&t, "owner@example.com").await;
        assert!(!sam.get(&s, "/waiting").await.body.contains("Two answers"), "it is nobody else's");
        // Without a reason it is refused and stays.
        let bare = dana.post(&s, "/waiting/keep", &format!("entry={first}&reason=")).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        let kept = dana.post(&s, "/waiting/keep", &format!("entry={first}&reason=read+twice")).await;
        assert_eq!((kept.status, kept.location()), (StatusCode::SEE_OTHER, "/waiting"));
        let page = dana.get(&s, "/waiting").await.body;
        assert!(page.contains("kept in place of another answer") && !page.contains("Two answers"), "{page}");
        // The row, the history, the print and the JSON say both times.
        let path = format!("/work-orders/{NUMBER}");
        for address in [path.clone(), format!("{path}/print")] {
            assert!(dana.get(&s, &address).await.body.contains("on the device <time"), "{address}");
        }
        let whole: Value = serde_json::from_str(&dana.get(&s, &format!("{path}.json")).await.body).unwrap();
        let claimed = whole["kept_by_devices"][0]["claimed"].as_str().unwrap();
        assert!(claimed.ends_with('Z'), "{claimed}");
        actions::undo::undo(&t.services.orders, &f.dana, &f.order, number.clone(), String::new()).await.unwrap();
        let second = conflicting("5", "6").await;
        let left = dana.post(&s, "/waiting/set-aside", &format!("entry={second}")).await;
        assert_eq!(left.status, StatusCode::SEE_OTHER);
        let page = dana.get(&s, &path).await.body;
        assert!(page.contains("set aside what a device had kept: Reading of the probe: 5"), "{page}");
    }

    async fn the_pages_are_installable_and_only_ones_own_open_orders_are_kept(t: TestApp) {
        let (f, s) = (field(&t).await, site(&t).await);
        let (dana, nobody) = (browser(&t, "dana@example.com").await, Client::browser(None));
        let manifest = nobody.get(&s, "/manifest.webmanifest").await;
        let manifest: Value = serde_json::from_str(&manifest.body).unwrap();
        assert_eq!((manifest["display"].as_str(), manifest["start_url"].as_str()), (Some("standalone"), Some("/")));
        for icon in manifest["icons"].as_array().unwrap() {
            assert_eq!(nobody.get(&s, icon["src"].as_str().unwrap()).await.status, StatusCode::OK);
        }
        let worker = nobody.get(&s, "/sw.js").await;
        assert!(worker.body.starts_with("const ASSETS = [\"/static/tracewright."), "{}", &worker.body[..80]);
        let own: Value = serde_json::from_str(&dana.get(&s, "/waiting/orders.json").await.body).unwrap();
        assert_eq!(own, serde_json::json!({ "owner": owner_of(&f.dana), "pages": [format!("/work-orders/{NUMBER}")] }));
        let others: Value = serde_json::from_str(&browser(&t, "owner@example.com").await.get(&s, "/waiting/orders.json").await.body).unwrap();
        assert_eq!(others["pages"], serde_json::json!([]));
        assert!(nobody.get(&s, "/waiting").await.location().starts_with("/sign-in"));
        let page = dana.get(&s, &format!("/work-orders/{NUMBER}")).await.body;
        assert!(page.contains("data-queues=\"1\"") && page.contains("data-standing=\"open\"") && page.contains("rel=\"manifest\""), "{page}");
    }
}
