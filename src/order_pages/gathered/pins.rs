//! A photo with its pins: numbered marks over the picture, the list of what they say, and the form for one more.

use std::fmt;

use actix_web::HttpRequest;
use actix_web::web::Path;
use askama::Template;
use file_kinds::kind;

use crate::foundation::{Error, FieldErrors, Result};
use crate::order_pages::act::Act;
use crate::order_pages::text::{self, Html};
use crate::order_pages::view::OrderView;
use crate::web::error::Problem;
use crate::web::page::{show as show_page, show_with};
use crate::web::{Form, Shell, WebError, WebResult, flash, format, see_other};
use crate::work_orders::actions::pin;
use crate::work_orders::decide::{Command, Gather};
use crate::work_orders::model::{OrderFile, Pin};

/// One pin.
#[derive(Debug)]
pub struct PinView {
    pub id: String,
    pub number: usize,
    pub x: Share,
    pub y: Share,
    pub text: String,
    /// Who and when.
    pub meta: Html,
    /// Who took it back, when and why.
    pub removed: Option<Html>,
    pub can_remove: bool,
    /// Whether that is explained.
    pub needs_reason: bool,
}

/// A place on one side of a picture, in ten-thousandths.
#[derive(Clone, Copy, Debug)]
pub struct Share(u16);

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}%", self.0 / 100, self.0 % 100)
    }
}

impl askama::filters::HtmlSafe for Share {}

#[derive(Template)]
#[template(path = "work_orders/pins.html")]
struct PinsPage {
    shell: Shell,
    number: String,
    file: String,
    name: String,
    /// The address of what is shown.
    picture: String,
    width: u32,
    height: u32,
    pins: Vec<PinView>,
    may_place: bool,
    form: Form,
    errors: FieldErrors,
}

impl PinsPage {
    /// Pins that stand.
    fn standing(&self) -> usize {
        self.pins.iter().filter(|pin| pin.removed.is_none()).count()
    }
}

/// The pins of a file as somebody sees them.
pub fn of(view: &OrderView, file: &OrderFile) -> Vec<PinView> {
    (1..).zip(&file.pins).map(|(number, pin)| pin_view(view, number, pin)).collect()
}

fn pin_view(view: &OrderView, number: usize, pin: &Pin) -> PinView {
    let remove = |reason| Command::Gather(Gather::RemovePin { pin: pin.id.clone(), reason });
    PinView {
        id: pin.id.clone(),
        number,
        x: Share(pin.x),
        y: Share(pin.y),
        text: pin.text.clone(),
        meta: text::by_at(Some(&pin.by), Some(pin.at), view.now),
        removed: pin.removed.as_ref().map(|undone| {
            let by = text::by_at(Some(&undone.by), Some(undone.at), view.now);
            let why = if undone.reason.is_empty() { String::new() } else { format!(": {}", undone.reason) };
            Html::joined([Html::text("taken back by"), by, Html::text(&why)], " ")
        }),
        can_remove: view.allows(remove(view.some_reason())),
        needs_reason: !view.allows(remove(String::new())),
    }
}

/// GET `/work-orders/{number}/files/{file}/pins`.
pub async fn show(request: HttpRequest, act: Act, path: Path<(String, String)>) -> WebResult {
    show_page(&page(&request, &act, &path.1, Form::default()).await?)
}

/// POST `/work-orders/{number}/files/{file}/pins`: fields `x` and `y` in percent, and `text`.
pub async fn place(request: HttpRequest, act: Act, path: Path<(String, String)>, form: Form) -> WebResult {
    let (id, file) = (act.order_id().await?, path.1.clone());
    let placed = match place_of(&form) {
        Ok(at) => {
            pin::place(&act.orders, &act.who, &id, file.clone(), at, form.text("text").to_owned()).await
        }
        Err(fault) => Err(fault),
    };
    match placed {
        Ok(_) => Ok(back(&act, &file, "Pinned.")),
        Err(Error::Invalid(errors)) => {
            let status = Problem::of(&Error::invalid("", "")).status;
            let page = PinsPage { errors, ..page(&request, &act, &file, form).await? };
            show_with(status, &page)
        }
        Err(other) => Err(WebError(other)),
    }
}

/// POST `/work-orders/{number}/files/{file}/pins/withdraw`: fields `pin` and `reason`.
pub async fn remove(act: Act, path: Path<(String, String)>, form: Form) -> WebResult {
    let (pin, reason) = (form.text("pin").to_owned(), form.text("reason").to_owned());
    let (id, order) = (act.order_id().await?, act.view(None).await?.order);
    let is_on_it = |file: &OrderFile| file.pins.iter().any(|it| it.id == pin);
    if !order.gathered.file(&path.1).is_some_and(is_on_it) {
        return Err(WebError(Error::not_found("the pin")));
    }
    pin::remove(&act.orders, &act.who, &id, pin, reason).await?;
    Ok(back(&act, &path.1, "Taken back. The pin stays in the record."))
}

fn back(act: &Act, file: &str, words: &str) -> actix_web::HttpResponse {
    flash::good(see_other(format!("/work-orders/{}/files/{file}/pins", act.number)), words)
}

fn place_of(form: &Form) -> Result<(u16, u16)> {
    Ok((share_in(form, "x")?, share_in(form, "y")?))
}

/// `12.5`, `12,5` or `12.5 %` as ten-thousandths.
fn share_in(form: &Form, field: &str) -> Result<u16> {
    let fault = || Error::invalid(field, "write a place from 0 to 100 percent, such as 12.5");
    let typed = form.text(field).trim_end_matches('%').trim().replace(',', ".");
    let (whole, rest) = typed.split_once('.').unwrap_or((&typed, ""));
    let is_number = |text: &str| text.len() <= 9 && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_number(whole) || !is_number(rest) {
        return Err(fault());
    }
    let hundredths: String = rest.chars().chain("00".chars()).take(2).collect();
    let share = whole.parse::<u32>().ok().zip(hundredths.parse::<u32>().ok());
    let share = share.and_then(|(whole, rest)| whole.checked_mul(100)?.checked_add(rest));
    share.and_then(|share| u16::try_from(share).ok()).filter(|share| *share <= 10_000).ok_or_else(fault)
}

async fn page(request: &HttpRequest, act: &Act, id: &str, form: Form) -> Result<PinsPage, WebError> {
    let view = act.view(None).await?;
    let file = view.order.gathered.file(id).ok_or_else(|| Error::not_found("this photo"))?;
    let picture = file.picture.ok_or_else(|| Error::not_found("a picture of this file"))?;
    let small = if kind::is_shown_inline(&file.media_type) { "" } else { "/small" };
    let text = view.some_reason();
    Ok(PinsPage {
        shell: Shell::of(request, format!("Pins on {}", file.name), "work-orders"),
        number: act.number.clone(),
        file: file.id.clone(),
        name: format::shown(&file.name),
        picture: format!("/work-orders/{}/files/{}{small}", act.number, file.id),
        width: picture.width,
        height: picture.height,
        pins: of(&view, file),
        may_place: view.allows(Command::Gather(Gather::PlacePin { file: file.id.clone(), x: 0, y: 0, text })),
        form,
        errors: FieldErrors::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_are_read_as_people_write_them_and_nothing_else_is() {
        let read = |typed: &str| {
            let form = Form::parse(serde_urlencoded::to_string([("x", typed)]).unwrap().as_bytes()).unwrap();
            share_in(&form, "x").ok()
        };
        for (typed, share) in
            [("0", 0), ("100", 10_000), ("12.5", 1_250), ("12,5 %", 1_250), ("7.056", 705), ("50.", 5_000)]
        {
            assert_eq!(read(typed), Some(share), "{typed}");
            assert!(Share(share).to_string().ends_with('%'));
        }
        for typed in ["", "100.01", "-1", "1e1", "NaN", "half", "99999999999", ".5", "1.2.3"] {
            assert_eq!(read(typed), None, "{typed}");
        }
        assert_eq!(Share(705).to_string(), "7.05%");
    }
}
