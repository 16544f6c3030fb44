//! What is beyond a limit is refused before it is read.

use super::*;

/// A piece of 64 KiB over and over, behind a beginning.
fn endless(start: String) -> impl Iterator<Item = Bytes> {
    let piece = Bytes::from(vec![b'x'; 65_536]);
    std::iter::once(Bytes::from(start)).chain(std::iter::repeat(piece))
}

/// What is told, and how many bytes were read before.
fn refused(pieces: impl Iterator<Item = Bytes>, limits: &MultipartLimits) -> (String, usize) {
    let taken = Cell::new(0);
    let source = Pieces { pieces, taken: &taken };
    let form = run(decode("multipart/form-data; boundary=b", Charset::UTF_8, source, limits));
    (told(form), taken.get())
}

fn small() -> MultipartLimits {
    MultipartLimits { body_limit: 1000, upload_limit: 1_000_000, ..MultipartLimits::default() }
}

#[test]
fn an_endless_field_is_refused_at_the_body_limit() {
    let limits = MultipartLimits { upload_limit: u64::MAX, ..MultipartLimits::default() };
    let (text, taken) = refused(endless(part("name=a", "")), &limits);
    assert_eq!(text, "The fields of the form are larger than the limit of 2621440 bytes.");
    assert!(taken <= 2_621_440 + 2 * 65_536, "{taken}");
}

#[test]
fn an_endless_preamble_or_header_is_refused_early() {
    let expected = "Multipart form parse error - Request max total header size exceeded.";
    for start in ["", "--b\r\nname=a", "--b--\r\n"] {
        let (text, taken) = refused(endless(start.to_owned()), &small());
        assert_eq!((text.as_str(), taken < 2 * 65_536), (expected, true), "{start}");
    }
}

#[test]
fn an_endless_file_or_part_is_refused_at_the_upload_limit() {
    let directory = tempfile::tempdir();
    let directory = directory.as_ref().map(|directory| directory.path().to_owned()).ok();
    let limits = MultipartLimits { memory_limit: 100, directory: directory.clone(), ..small() };
    for head in ["name=a; filename=f", "X: y", "name=a; filename=.."] {
        let (text, taken) = refused(endless(part(head, "")), &limits);
        assert_eq!(text, "The request body is larger than the limit of 1000000 bytes.");
        assert!(taken < 1_000_000 + 2 * 65_536, "{taken}");
    }
    let left = directory.and_then(|directory| std::fs::read_dir(directory).ok());
    assert_eq!(left.map(Iterator::count), Some(0));
}

#[test]
fn the_fields_count_together_with_their_names() {
    let field = |length| part("name=a", &"x".repeat(length));
    let ok = field(494) + &field(500) + "--b--";
    assert!(told(decoded(std::iter::once(Bytes::from(ok)), &small())).starts_with("a=x"));
    let expected = "The fields of the form are larger than the limit of 1000 bytes.";
    for too_large in [field(495) + &field(500) + "--b--", field(1000) + "--b--"] {
        assert_eq!(told(decoded(std::iter::once(Bytes::from(too_large)), &small())), expected);
    }
}

#[test]
fn there_are_no_more_fields_and_files_than_the_limits() {
    let body = |head: &str, count| Bytes::from(part(head, "").repeat(count) + "--b--");
    let limits = MultipartLimits::default();
    let form = decoded(std::iter::once(body("name=a", 1000)), &limits);
    assert_eq!(form.map(|form| form.get_list("a").len()).ok(), Some(1000));
    let too_many = |head, count| told(decoded(std::iter::once(body(head, count)), &limits));
    let expected = "The form has more than the limit of 1000 fields.";
    assert_eq!(too_many("name=a", 1001), expected);
    assert_eq!(too_many("X: y", 1001), expected);
    assert_eq!(too_many("", 100_000), expected);

    let form = decoded(std::iter::once(body("name=a; filename=f", 100)), &limits);
    assert_eq!(form.map(|form| form.file_list("a").len()).ok(), Some(100));
    let expected = "The form has more than the limit of 100 files.";
    assert_eq!(too_many("name=a; filename=f", 101), expected);
    assert_eq!(too_many("name=a; filename=..", 101), expected);
}

#[test]
fn files_share_the_room_in_memory() {
    let file = |length| part("name=a; filename=f", &"x".repeat(length));
    let body = [file(60), file(50), file(40), file(1)].concat() + "--b--";
    let limits = MultipartLimits { memory_limit: 100, ..small() };
    let form = decoded(body.as_bytes().chunks(7).map(Bytes::copy_from_slice), &limits);
    let form = form.unwrap_or_default();
    let places: Vec<_> =
        form.file_list("a").iter().map(|file| (file.size(), file.path().is_some())).collect();
    assert_eq!(places, [(60, false), (50, true), (40, false), (1, true)]);
}

#[test]
fn what_the_source_says_is_passed_on() {
    struct Broken;
    impl Chunks for Broken {
        async fn next(&mut self) -> Result<Option<Bytes>, Error> {
            Err(Error::unavailable("gone"))
        }
    }
    let content_type = "multipart/form-data; boundary=b";
    let form = run(decode(content_type, Charset::UTF_8, Broken, &MultipartLimits::default()));
    let status = form.map_err(|error| Error::from(error).status());
    assert_eq!(status.err(), Some(http::StatusCode::SERVICE_UNAVAILABLE));
}

#[test]
fn each_error_has_its_status() {
    let status = |error: FormError| Error::from(error).status().as_u16();
    assert_eq!(status(FormError::multipart("x")), 400);
    assert_eq!(status(FormError::TooManyFields { limit: 1 }), 400);
    assert_eq!(status(FormError::TooManyFiles { limit: 1 }), 400);
    assert_eq!(status(FormError::FieldsTooLarge { limit: 1 }), 413);
    assert_eq!(status(FormError::BodyTooLarge { limit: 1 }), 413);
    assert_eq!(status(FormError::File(std::io::Error::other("full"))), 500);
}
