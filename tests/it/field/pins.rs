//! Pins on photos: placed by a form that asks for percents, shown as numbers over the picture, listed, printed, taken back.

use actix_web::http::StatusCode;
use tracewright::foundation::Role;

use super::*;
use crate::guards::stage::{do_tick, hire, place};
use crate::harness::http::site;
use crate::harness::on_both;

on_both! {
    async fn a_place_on_a_photo_is_pinned_shown_printed_and_taken_back(t: TestApp) {
        let (work, s) = (work(&t).await, site(&t).await);
        let dana = browser(&t, "dana@example.com").await;
        let target = place(&t, &work.dana, &work.id, "1.1").await.to_string();
        saw(&send(&s, &dana, &work.number, &[("target", None, target.as_bytes()), ("photo", Some("label.png"), &png())]).await);
        saw(&send(&s, &dana, &work.number, &[("file", Some("note.txt"), b"no photo")]).await);
        let files = order(&t, &work).await.gathered.files;
        let page = format!("/work-orders/{}/files/{}/pins", work.number, files[0].id);
        assert!(dana.get(&s, &format!("/work-orders/{}", work.number)).await.body.contains("Pin a place on it"));
        assert!(dana.get(&s, &page).await.body.contains("Nothing is pinned yet"));
        let none = dana.get(&s, &format!("/work-orders/{}/files/{}/pins", work.number, files[1].id)).await;
        assert_eq!(none.status, StatusCode::NOT_FOUND, "a text has no place to pin");
        let wrong = dana.post(&s, &page, "x=120&y=20&text=hairline+crack").await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.body.contains("from 0 to 100 percent") && wrong.body.contains("hairline crack"), "{}", wrong.body);
        saw(&dana.post(&s, &page, "x=12,5&y=20&text=hairline+crack").await);
        saw(&dana.post(&s, &page, "x=50&y=99.95&text=%3Cb%3Eoil").await);
        let shown = dana.get(&s, &page).await.body;
        assert!(shown.contains("cx=\"12.50%\" cy=\"20.00%\"") && shown.contains("cy=\"99.95%\""), "{shown}");
        assert!(shown.contains("hairline crack") && !shown.contains("<b>oil"), "{shown}");
        let listed = dana.get(&s, &format!("/work-orders/{}", work.number)).await.body;
        assert!(listed.contains("See the pins") && listed.contains("pinned “hairline crack” on label.png"), "{listed}");
        let paper = dana.get(&s, &format!("/work-orders/{}/print", work.number)).await.body;
        assert!(paper.contains("cx=\"12.50%\"") && paper.contains("hairline crack"), "{paper}");
        // Only whoever may bring evidence pins; whoever may not see the order sees no photo of it.
        let eva = hire(&t, &work.owner, "eva", &[Role::Technician]).await;
        let other = browser(&t, &format!("{}@example.com", eva.actor.name)).await;
        assert_eq!(other.get(&s, &page).await.status, StatusCode::NOT_FOUND);
        assert_eq!(other.post(&s, &page, "x=1&y=1&text=mine").await.status, StatusCode::NOT_FOUND);
        hire(&t, &work.owner, "vic", &[Role::Viewer]).await;
        let viewer = browser(&t, "vic@example.com").await.get(&s, &page).await.body;
        assert!(viewer.contains("hairline crack") && !viewer.contains("Pin a place"), "{viewer}");
        let pins = order(&t, &work).await.gathered.files[0].pins.clone();
        saw(&dana.post(&s, &format!("{page}/withdraw"), &format!("pin={}&reason=", pins[0].id)).await);
        do_tick(&t, &work.dana, &work.id, "1.1").await;
        let late = dana.post(&s, &format!("{page}/withdraw"), &format!("pin={}&reason=", pins[1].id)).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY, "its step is done: {}", late.body);
        saw(&dana.post(&s, &format!("{page}/withdraw"), &format!("pin={}&reason=it+was+water", pins[1].id)).await);
        let shown = dana.get(&s, &page).await.body;
        assert!(!shown.contains("cx=\"12.50%\"") && shown.contains("taken back by") && shown.contains("it was water"), "{shown}");
        saw(&dana.post(&s, &page, "x=1&y=1&text=third").await);
        assert!(dana.get(&s, &page).await.body.contains("<li value=\"3\">"), "a number is given once");
    }
}
