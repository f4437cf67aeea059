//! Taking an alert, giving it back, silencing it and ending that. Each answers 303 to the page.

use actix_web::web::{Data, Path};
use chrono::Days;

use crate::alerts::actions;
use crate::alerts::model::{DAY, HOUR};
use crate::fleet_pages::ALERTS;
use crate::foundation::Timestamp;
use crate::state::App;
use crate::web::zone::Reading;
use crate::web::{Form, Principal, WebResult, flash, see_other};

/// The hour at which a silence until the morning ends.
const MORNING: u32 = 6;

/// When a silence may end: value and words.
pub(super) const ENDS: [(&str, &str); 4] =
    [("hour", "1 hour"), ("hours", "4 hours"), ("morning", "until tomorrow 06:00"), ("week", "7 days")];

fn done(alert: &str, words: &str) -> WebResult {
    Ok(flash::good(see_other(format!("{ALERTS}#alert-{alert}")), words))
}

/// POST `…/take`.
pub(super) async fn take(app: Data<App>, who: Principal, alert: Path<String>) -> WebResult {
    let taken = actions::acknowledge(&app, &who, &alert).await?;
    done(
        &alert,
        &format!(
            "{} is yours, and others see it. Press Undo in its row if that was a slip.",
            taken.rule.as_str()
        ),
    )
}

/// POST `…/give-back`.
pub(super) async fn give_back(app: Data<App>, who: Principal, alert: Path<String>) -> WebResult {
    let given = actions::give_back(&app, &who, &alert).await?;
    done(&alert, &format!("Nobody has {} now.", given.rule.as_str()))
}

/// POST `…/silence`: `end`, one of the words of the form, and `reason`.
pub(super) async fn silence(app: Data<App>, who: Principal, alert: Path<String>, form: Form) -> WebResult {
    let until = end(form.text("end"), app.now(), Reading::current());
    let silenced = actions::silence(&app, &who, &alert, until, form.text("reason")).await?;
    let words = format!("{} is silenced: nobody is told of it until the end.", silenced.rule.as_str());
    done(&alert, &words)
}

/// POST `…/speak`.
pub(super) async fn speak(app: Data<App>, who: Principal, alert: Path<String>) -> WebResult {
    let spoken = actions::end_silence(&app, &who, &alert).await?;
    done(&alert, &format!("{} is silenced no longer.", spoken.rule.as_str()))
}

/// The end that a word of the form means.
fn end(word: &str, now: Timestamp, reader: Reading) -> Option<Timestamp> {
    match word {
        "hour" => Some(now.plus_micros(HOUR)),
        "hours" => Some(now.plus_micros(4 * HOUR)),
        "morning" => Some(reader.at_hour(reader.date(now).checked_add_days(Days::new(1))?, MORNING)),
        "week" => Some(now.plus_micros(7 * DAY)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_end_of_the_form_is_one_to_come_and_no_other_word_is() {
        let now = Timestamp(1_795_251_600_000_000);
        let reader = Reading::of("Europe/Berlin", "");
        for (word, _) in ENDS {
            assert!(end(word, now, reader).is_some_and(|until| until > now), "{word}");
        }
        assert_eq!(
            end("morning", now, reader).map(Timestamp::to_rfc3339).as_deref(),
            Some("2026-11-22T05:00:00.000000Z")
        );
        assert!(["", "ever", "2026-12-01"].iter().all(|word| end(word, now, reader).is_none()));
    }
}
