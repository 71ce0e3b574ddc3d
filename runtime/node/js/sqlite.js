// https://nodejs.org/api/sqlite.html: Workers have no files to keep databases in.
class DatabaseSync {
	constructor() {
		throw new TypeError('Illegal constructor');
	}
}

class StatementSync {
	constructor() {
		throw new TypeError('Illegal constructor');
	}
}

const numbered = (names, first) => Object.fromEntries(names.split(' ').map((name, i) => [`SQLITE_${name}`, first + i]));

module.exports = {
	DatabaseSync,
	StatementSync,
	backup() {
		throw new Error('backup is not implemented');
	},
	constants: {
		...numbered('CHANGESET_OMIT CHANGESET_REPLACE CHANGESET_ABORT', 0),
		...numbered('CHANGESET_DATA CHANGESET_NOTFOUND CHANGESET_CONFLICT CHANGESET_CONSTRAINT CHANGESET_FOREIGN_KEY', 1),
		...numbered('OK DENY IGNORE', 0),
		...numbered(`CREATE_INDEX CREATE_TABLE CREATE_TEMP_INDEX CREATE_TEMP_TABLE CREATE_TEMP_TRIGGER CREATE_TEMP_VIEW CREATE_TRIGGER CREATE_VIEW DELETE DROP_INDEX DROP_TABLE DROP_TEMP_INDEX DROP_TEMP_TABLE DROP_TEMP_TRIGGER DROP_TEMP_VIEW DROP_TRIGGER DROP_VIEW INSERT PRAGMA READ SELECT TRANSACTION UPDATE ATTACH DETACH ALTER_TABLE REINDEX ANALYZE CREATE_VTABLE DROP_VTABLE FUNCTION SAVEPOINT`, 1),
		SQLITE_COPY: 0,
		SQLITE_RECURSIVE: 33,
	},
};
