// Package file keeps the files that are uploaded and serves them: POST /files and GET /files/{id}/{name}.
//
// It owns the folder beside the database, what a file is by its content, thumbnails, signed links, and how files are
// answered. The engine owns who may have which. A file is written under a random id, and has a row only once it is durable;
// a row goes before its file does. So whatever ends the process, no row is without its file, and files without a row are
// removed later.
//
// The table in CONTRIBUTING.md says what it may import. Its types are safe for concurrent use.
package file
