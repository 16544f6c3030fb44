//! Files in memory and on disk, in a directory of their own.

use std::fs;

use super::*;
use crate::parsers::multipart::tests::run;

async fn uploaded(
    content: &[u8],
    memory_limit: usize,
    directory: &Path,
) -> io::Result<UploadedFile> {
    let head = FileHead { name: "a.txt".into(), ..FileHead::default() };
    let mut writer = UploadWriter::new(head, memory_limit, Some(directory.to_owned()));
    for piece in content.chunks(1000) {
        writer.write(piece).await?;
    }
    writer.finish().await
}

#[test]
fn a_file_is_in_memory_up_to_the_limit_and_on_disk_beyond() -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    let content: Vec<u8> = (0..=255).cycle().take(2 * BLOCK + 1).collect();
    for length in [0, 5000, 5001, BLOCK, 2 * BLOCK + 1] {
        let content = &content[..length];
        let file = run(uploaded(content, 5000, directory.path()))?;
        assert_eq!(file.path().is_some(), length > 5000, "{length}");
        assert_eq!((file.name(), file.size()), ("a.txt", length as u64));
        assert_eq!(run(file.bytes()).map_err(io::Error::other)?, content);
    }
    Ok(())
}

#[test]
fn a_temporary_file_is_gone_with_its_last_clone_and_with_an_unfinished_upload() -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    let count = || fs::read_dir(directory.path()).map(Iterator::count).unwrap_or(usize::MAX);
    let file = run(uploaded(b"abc", 0, directory.path()))?;
    let clone = file.clone();
    drop(file);
    assert_eq!(count(), 1);
    assert_eq!(run(clone.bytes()).ok().as_deref(), Some(&b"abc"[..]));
    drop(clone);
    assert_eq!(count(), 0);

    let mut writer = UploadWriter::new(FileHead::default(), 0, Some(directory.path().to_owned()));
    run(writer.write(b"abc"))?;
    assert_eq!(count(), 1);
    drop(writer);
    assert_eq!(count(), 0);
    Ok(())
}

#[test]
fn a_saved_file_stays() -> io::Result<()> {
    let directory = tempfile::tempdir()?;
    let target = directory.path().join("saved");
    let in_memory = UploadedFile::from_bytes("a", "text/plain", "in memory, and longer");
    let on_disk = run(uploaded(b"on disk", 0, directory.path()))?;
    for (file, expected) in [(&in_memory, "in memory, and longer"), (&on_disk, "on disk")] {
        run(file.save_to(&target)).map_err(io::Error::other)?;
        assert_eq!(fs::read_to_string(&target)?, expected);
    }
    drop(on_disk);
    assert_eq!(fs::read_to_string(&target)?, "on disk");

    let nowhere = directory.path().join("nowhere/saved");
    let refused = run(in_memory.save_to(nowhere));
    assert!(refused.is_err_and(|error| error.is_internal()));
    Ok(())
}
