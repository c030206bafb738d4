import { expect, test } from 'vitest';
import { beginsAsPage, mayBePage } from './page-for-people.ts';
import { addressOfUrl } from './web-address.ts';

test.each<[asked: string, from: string, contentType: string | undefined, page: boolean]>([
  ['/a/photo.JPG', '/a/photo.JPG', 'text/html; charset=utf-8', true],
  ['/a/photo.jpg?size=2', '/a/photo.jpg?size=3', 'application/xhtml+xml', true],
  ['/a/notes.txt', '/login', 'text/html', true],
  ['/a/photo.jpg', '/a/photo.jpg', 'image/jpeg', false],
  ['/a/photo.jpg', '/login.html', undefined, false],
  ['/a/photo.jpg', '/a/photo.jpg', 'text/htmlx', false],
  ['/a/notes.txt', '/a/notes.txt', 'text/html', false],
  ['/a/notes.txt', '/moved/notes.txt', 'text/html', false],
  ['/a/page.html', '/b/other.html', 'text/html', false],
  ['/a/show.php', '/login', 'text/html', false],
  ['/a/about', '/login', 'text/html', false],
  ['/a/', '/login', 'text/html', false],
])('%s from %s as %s', (asked, from, contentType, page) => {
  expect(mayBePage({ asked: addressOfUrl(`http://host${asked}`), from: addressOfUrl(`http://host${from}`), contentType })).toBe(page);
});

test.each([
  ['<!DOCTYPE html><html>', true], ['\ufeff \n<html lang="en">', true], ['<?xml version="1.0"?>\n<html xmlns="x">', true], ['<!-- a -->\n<!doctype HTML>', true],
  ['<htmlx>', false], ['{"a": "<html>"}', false], ['GIF89a', false], ['', false],
])('%j begins as a page: %s', (text, page) => {
  expect(beginsAsPage(Buffer.from(text))).toBe(page);
});
