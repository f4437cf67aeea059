//! Where the bytes of files lie: below their project and order, under the file's id.

use crate::foundation::ProjectKey;

/// The folder of all files of orders.
pub const FOLDER: &str = "order-files";

/// What the name of a small picture ends with.
const SMALL: &str = ".small.jpg";

/// Where a file lies.
pub fn place(project: ProjectKey, order: &str, file: &str) -> String {
    format!("{FOLDER}/{}/{order}/{file}", project.0)
}

/// Where the small picture of a file lies; it may be made anew at any time.
pub fn small_place(project: ProjectKey, order: &str, file: &str) -> String {
    format!("{}{SMALL}", place(project, order, file))
}

/// Project, order and file of a place.
pub fn read(place: &str) -> Option<(ProjectKey, &str, &str)> {
    let mut parts = place.strip_prefix(FOLDER)?.strip_prefix('/')?.split('/');
    let (project, order, file) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
    parts.next().is_none().then(|| (ProjectKey(project), order, file.strip_suffix(SMALL).unwrap_or(file)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back() {
        let project = ProjectKey(3);
        assert_eq!(read(&place(project, "o", "f")), Some((project, "o", "f")));
        assert_eq!(read(&small_place(project, "o", "f")), Some((project, "o", "f")));
        for odd in ["", "media/3/o/f", "order-files/3/o", "order-files/x/o/f", "order-files/3/o/f/g"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
