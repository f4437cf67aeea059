//! What a letter says: a subject, plain text, and the same as HTML. Pure.

use crate::notices::model::one_line;

/// Lines of a digest; how many more there are is said.
pub const MOST_LINES: usize = 100;
/// Characters of a subject.
const SUBJECT: usize = 150;

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub plain: String,
    pub html: String,
    /// Where one press ends all mail to this account.
    pub unsubscribe: String,
}

/// One notice as a letter says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is called: `Given to you`.
    pub label: &'static str,
    /// `Sam Reyes gave you WO-2026-031`.
    pub sentence: String,
    pub number: String,
    /// Empty where they may not see it any more.
    pub title: String,
    /// In their zone, with its name.
    pub when: String,
    pub href: String,
}

/// What stands around the lines of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    pub project: String,
    /// Where settings are.
    pub settings: String,
    pub unsubscribe: String,
    /// In which zone moments are written.
    pub zone: String,
}

/// A letter of one notice.
pub fn of_one(line: &Line, frame: &Frame) -> Letter {
    let subject = one_line(&format!("{}: {}", line.number, line.label), SUBJECT);
    written(subject, std::slice::from_ref(line), 0, frame)
}

/// The letter of a morning; `more` lines are left out.
pub fn of_many(lines: &[Line], more: usize, frame: &Frame) -> Letter {
    let count = lines.len() + more;
    let what = if count == 1 { "notice" } else { "notices" };
    let subject = one_line(&format!("{count} {what} from {}", frame.project), SUBJECT);
    written(subject, lines, more, frame)
}

fn written(subject: String, lines: &[Line], more: usize, frame: &Frame) -> Letter {
    let plain_lines: String = lines.iter().map(plain_line).collect();
    let html_lines: String = lines.iter().map(html_line).collect();
    let rest =
        if more == 0 { String::new() } else { format!("And {more} more, which stand among your notices.") };
    let Frame { project, settings, unsubscribe, zone } = frame;
    let plain = format!(
        "{plain_lines}{rest}\n\n-- \nTracewright, {project}. Times in {zone}.\nWhat is mailed to you: {settings}\n\
         No more mail: {unsubscribe}\n"
    );
    let html = format!(
        "<!doctype html><html lang=\"en\"><body><ul>{html_lines}</ul><p>{rest}</p><hr><p>Tracewright, {}. Times in {}.<br>\
         <a href=\"{}\">What is mailed to you</a> &middot; <a href=\"{}\">No more mail</a></p></body></html>",
        escaped(project),
        escaped(zone),
        escaped(settings),
        escaped(unsubscribe),
    );
    Letter { subject, plain, html, unsubscribe: unsubscribe.clone() }
}

fn plain_line(line: &Line) -> String {
    let title = if line.title.is_empty() { String::new() } else { format!("{}\n", line.title) };
    format!("{}\n{title}{}\n{}\n\n", line.sentence, line.when, line.href)
}

fn html_line(line: &Line) -> String {
    let title = if line.title.is_empty() { String::new() } else { format!("<br>{}", escaped(&line.title)) };
    format!(
        "<li><p><a href=\"{}\">{}</a>{title}<br>{}</p></li>",
        escaped(&line.href),
        escaped(&line.sentence),
        escaped(&line.when)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame {
            project: "Plant <7>".to_owned(),
            settings: "https://x/notices/settings".to_owned(),
            unsubscribe: "https://x/notices/unsubscribe/1.a.ff".to_owned(),
            zone: "Europe/Lisbon".to_owned(),
        }
    }

    fn line(title: &str) -> Line {
        Line {
            label: "Given to you",
            sentence: "Sam gave you WO-2026-031".to_owned(),
            number: "WO-2026-031".to_owned(),
            title: title.to_owned(),
            when: "21 Nov 09:30".to_owned(),
            href: "https://x/work-orders/WO-2026-031".to_owned(),
        }
    }

    #[test]
    fn a_letter_says_what_happened_where_it_is_and_how_it_ends() {
        let letter = of_one(&line("<b>Wire</b> it"), &frame());
        assert_eq!(letter.subject, "WO-2026-031: Given to you");
        for words in [
            "Sam gave you WO-2026-031",
            "<b>Wire</b> it",
            "https://x/work-orders/WO-2026-031",
            "No more mail",
        ] {
            assert!(letter.plain.contains(words), "{words}: {}", letter.plain);
        }
        assert!(
            letter.html.contains("&lt;b&gt;Wire&lt;/b&gt; it") && !letter.html.contains("<b>"),
            "{}",
            letter.html
        );
    }

    #[test]
    fn no_line_of_a_header_can_be_begun_from_outside() {
        let evil = Line { number: "WO-1\r\nBcc: x@example.com".to_owned(), ..line("") };
        assert_eq!(of_one(&evil, &frame()).subject, "WO-1 Bcc: x@example.com: Given to you");
        let project = "P\r\n\r\nhello".to_owned();
        let many = of_many(&[line("a"), line("b")], 3, &Frame { project, ..frame() });
        assert_eq!(many.subject, "5 notices from P hello");
        assert!(many.plain.contains("And 3 more"), "{}", many.plain);
    }
}
