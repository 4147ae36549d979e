PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE runs (
     id TEXT PRIMARY KEY,
     state TEXT NOT NULL CHECK (state IN ('running', 'finished', 'interrupted', 'failed')),
     started_ms INTEGER NOT NULL,
     heartbeat_ms INTEGER NOT NULL,
     ended_ms INTEGER,
     machine TEXT NOT NULL,
     pid INTEGER NOT NULL,
     process_start TEXT NOT NULL,
     recipe TEXT NOT NULL,
     output_folder TEXT,
     in_place INTEGER NOT NULL,
     roots TEXT NOT NULL,
     counts TEXT,
     preset TEXT,
     tag TEXT
   ) STRICT;
INSERT INTO runs VALUES('2026-11-21T0412-6wp','running',1795234320000,1795234320000,NULL,'a machine',4711,'1','{"preset":"auto"}','/out',0,'["/photos"]',NULL,'auto',NULL);
CREATE TABLE outputs (
     output_path TEXT PRIMARY KEY,
     source_path TEXT NOT NULL,
     recipe_key TEXT NOT NULL,
     output_folder TEXT NOT NULL,
     job_key TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('enhanced', 'unchanged')),
     source_size INTEGER NOT NULL,
     source_mtime_ns INTEGER NOT NULL,
     source_inode INTEGER NOT NULL,
     source_sha256 TEXT NOT NULL,
     output_size INTEGER,
     output_mtime_ns INTEGER,
     output_inode INTEGER,
     output_sha256 TEXT,
     run_id TEXT NOT NULL REFERENCES runs (id),
     done_at_ms INTEGER NOT NULL,
     plan TEXT
   ) STRICT;
INSERT INTO outputs VALUES('/out/a','/photos/a','recipe','/out','job a','enhanced',3456789,1763698321123456789,-9223372036854775803,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',1,1763698321123456789,7,'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa','2026-11-21T0412-6wp',1795234320000,'{"exposure":0.25}');
CREATE TABLE claims (
     collision_key TEXT PRIMARY KEY,
     output_path TEXT NOT NULL,
     source_path TEXT NOT NULL,
     run_id TEXT NOT NULL REFERENCES runs (id),
     intent TEXT
   ) STRICT, WITHOUT ROWID;
CREATE TABLE items (
     id INTEGER PRIMARY KEY,
     run_id TEXT NOT NULL REFERENCES runs (id),
     source TEXT NOT NULL,
     output TEXT,
     state TEXT NOT NULL CHECK (state IN ('enhanced', 'unchanged', 'failed', 'skipped')),
     reason TEXT,
     message TEXT,
     hint TEXT,
     elapsed_ms INTEGER NOT NULL,
     at_ms INTEGER NOT NULL
   ) STRICT;
INSERT INTO items VALUES(1,'2026-11-21T0412-6wp','/photos/a','/out/a','enhanced',NULL,NULL,NULL,12,1795234320000);
INSERT INTO items VALUES(2,'2026-11-21T0412-6wp','/photos/b',NULL,'failed','damaged','cut',NULL,3,1795234320000);
CREATE TABLE purchases (
     key TEXT PRIMARY KEY,
     source_sha256 TEXT NOT NULL,
     provider TEXT NOT NULL,
     model TEXT NOT NULL,
     source_path TEXT NOT NULL,
     fit TEXT,
     holder TEXT REFERENCES runs (id)
   ) STRICT, WITHOUT ROWID;
INSERT INTO purchases VALUES('paid','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','openai','gpt-image-1','/photos/paid.jpg',NULL,NULL);
INSERT INTO purchases VALUES('refused','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','openai','gpt-image-1','/photos/refused.jpg',NULL,NULL);
INSERT INTO purchases VALUES('released','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','openai','gpt-image-1','/photos/released.jpg',NULL,NULL);
INSERT INTO purchases VALUES('reserved','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','openai','gpt-image-1','/photos/reserved.jpg',NULL,'2026-11-21T0412-6wp');
INSERT INTO purchases VALUES('sent','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','openai','gpt-image-1','/photos/sent.jpg',NULL,'2026-11-21T0412-6wp');
INSERT INTO purchases VALUES('unsettled','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','openai','gpt-image-1','/photos/unsettled.jpg',NULL,NULL);
INSERT INTO purchases VALUES('useless','cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc','openai','gpt-image-1','/photos/useless.jpg',NULL,NULL);
CREATE TABLE purchase_sources (
     run_id TEXT NOT NULL REFERENCES runs (id),
     source_path TEXT NOT NULL,
     relative TEXT NOT NULL,
     purchase_key TEXT NOT NULL REFERENCES purchases (key),
     PRIMARY KEY (run_id, source_path, purchase_key)
   ) STRICT, WITHOUT ROWID;
INSERT INTO purchase_sources VALUES('2026-11-21T0412-6wp','/photos/paid.jpg','paid.jpg','paid');
INSERT INTO purchase_sources VALUES('2026-11-21T0412-6wp','/photos/refused.jpg','refused.jpg','refused');
INSERT INTO purchase_sources VALUES('2026-11-21T0412-6wp','/photos/released.jpg','released.jpg','released');
INSERT INTO purchase_sources VALUES('2026-11-21T0412-6wp','/photos/reserved.jpg','reserved.jpg','reserved');
INSERT INTO purchase_sources VALUES('2026-11-21T0412-6wp','/photos/sent.jpg','sent.jpg','sent');
INSERT INTO purchase_sources VALUES('2026-11-21T0412-6wp','/photos/unsettled.jpg','unsettled.jpg','unsettled');
INSERT INTO purchase_sources VALUES('2026-11-21T0412-6wp','/photos/useless.jpg','useless.jpg','useless');
CREATE TABLE attempts (
     number INTEGER PRIMARY KEY,
     id TEXT NOT NULL UNIQUE,
     purchase_key TEXT NOT NULL REFERENCES purchases (key),
     run_id TEXT NOT NULL REFERENCES runs (id),
     provider TEXT NOT NULL,
     model TEXT NOT NULL,
     key_name TEXT NOT NULL,
     source_path TEXT NOT NULL,
     state TEXT NOT NULL CHECK (state IN ('reserved', 'sent', 'paid', 'refused', 'released', 'unsettled')),
     reserved_microusd INTEGER,
     expected_low_microusd INTEGER,
     expected_high_microusd INTEGER,
     price TEXT,
     cost_microusd INTEGER,
     cost_kind TEXT NOT NULL DEFAULT 'unknown' CHECK (cost_kind IN ('measured', 'derived', 'unknown')),
     usage TEXT,
     request_id TEXT,
     reason TEXT,
     useless INTEGER NOT NULL DEFAULT 0,
     settled TEXT CHECK (settled IN ('charged', 'free', 'again')),
     local_day TEXT NOT NULL,
     tz_offset_minutes INTEGER NOT NULL,
     reserved_at_ms INTEGER NOT NULL,
     sent_at_ms INTEGER,
     ended_at_ms INTEGER
   ) STRICT;
INSERT INTO attempts VALUES(1,'2026-11-21T0412-6wp-7e37jy','paid','2026-11-21T0412-6wp','openai','gpt-image-1','openai/team','/photos/paid.jpg','paid',60000,40000,50000,'{"microusd":{"output":30000000}}',52700,'measured','{"inputTextTokens":20,"inputImageTokens":300,"outputTokens":4000}','req_1',NULL,0,NULL,'2026-11-21',0,1795234320000,1795234320010,1795234321010);
INSERT INTO attempts VALUES(2,'2026-11-21T0412-6wp-887bmq','unsettled','2026-11-21T0412-6wp','openai','gpt-image-1','openai/team','/photos/unsettled.jpg','unsettled',60000,40000,50000,'{"microusd":{"output":30000000}}',NULL,'unknown',NULL,'req_2','no complete answer',0,NULL,'2026-11-21',0,1795234321010,1795234321020,1795234322020);
INSERT INTO attempts VALUES(3,'2026-11-21T0412-6wp-qdhj24','refused','2026-11-21T0412-6wp','openai','gpt-image-1','openai/team','/photos/refused.jpg','refused',60000,40000,50000,'{"microusd":{"output":30000000}}',NULL,'unknown',NULL,'req_3','too fast',0,NULL,'2026-11-21',0,1795234322020,1795234322030,1795234323030);
INSERT INTO attempts VALUES(4,'2026-11-21T0412-6wp-jrh3bz','released','2026-11-21T0412-6wp','openai','gpt-image-1','openai/team','/photos/released.jpg','released',60000,40000,50000,'{"microusd":{"output":30000000}}',NULL,'unknown',NULL,NULL,NULL,0,NULL,'2026-11-21',0,1795234323030,NULL,1795234323040);
INSERT INTO attempts VALUES(5,'2026-11-21T0412-6wp-hs6dcz','sent','2026-11-21T0412-6wp','openai','gpt-image-1','openai/team','/photos/sent.jpg','sent',60000,40000,50000,'{"microusd":{"output":30000000}}',NULL,'unknown',NULL,NULL,NULL,0,NULL,'2026-11-21',0,1795234323040,1795234323050,NULL);
INSERT INTO attempts VALUES(6,'2026-11-21T0412-6wp-tp4byh','reserved','2026-11-21T0412-6wp','openai','gpt-image-1','openai/team','/photos/reserved.jpg','reserved',60000,40000,50000,'{"microusd":{"output":30000000}}',NULL,'unknown',NULL,NULL,NULL,0,NULL,'2026-11-21',0,1795234324050,NULL,NULL);
INSERT INTO attempts VALUES(7,'2026-11-21T0412-6wp-wfbqaq','useless','2026-11-21T0412-6wp','openai','gpt-image-1','openai/team','/photos/useless.jpg','paid',60000,40000,50000,'{"microusd":{"output":30000000}}',50000,'derived',NULL,NULL,'no picture in it',1,NULL,'2026-11-21',0,1795234324060,1795234324070,1795234325070);
CREATE TABLE spending (
     local_day TEXT NOT NULL,
     provider TEXT NOT NULL,
     key_name TEXT NOT NULL,
     model TEXT NOT NULL,
     run_id TEXT NOT NULL REFERENCES runs (id),
     paid INTEGER NOT NULL,
     useless INTEGER NOT NULL,
     paid_microusd INTEGER NOT NULL,
     unpriced INTEGER NOT NULL,
     unpriced_microusd INTEGER NOT NULL,
     unpriced_unknown INTEGER NOT NULL,
     unsettled INTEGER NOT NULL,
     unsettled_microusd INTEGER NOT NULL,
     unsettled_unknown INTEGER NOT NULL,
     assumed INTEGER NOT NULL,
     assumed_microusd INTEGER NOT NULL,
     assumed_unknown INTEGER NOT NULL,
     underway INTEGER NOT NULL,
     underway_microusd INTEGER NOT NULL,
     underway_unknown INTEGER NOT NULL,
     refused INTEGER NOT NULL,
     estimated INTEGER NOT NULL,
     expected_low_microusd INTEGER NOT NULL,
     expected_high_microusd INTEGER NOT NULL,
     PRIMARY KEY (local_day, provider, key_name, model, run_id)
   ) STRICT, WITHOUT ROWID;
INSERT INTO spending VALUES('2026-11-21','openai','openai/team','gpt-image-1','2026-11-21T0412-6wp',2,1,102700,0,0,0,1,60000,0,0,0,0,2,120000,0,1,2,80000,100000);
CREATE TABLE reuses (
     run_id TEXT NOT NULL REFERENCES runs (id),
     source_path TEXT NOT NULL,
     provider TEXT NOT NULL,
     key_name TEXT NOT NULL,
     model TEXT NOT NULL,
     local_day TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     saved_microusd INTEGER,
     PRIMARY KEY (run_id, source_path)
   ) STRICT, WITHOUT ROWID;
CREATE TABLE limits (
     scope TEXT NOT NULL CHECK (scope IN ('all', 'provider', 'key')),
     name TEXT NOT NULL,
     period TEXT NOT NULL CHECK (period IN ('day', 'month')),
     amount_microusd INTEGER NOT NULL,
     soft_microusd INTEGER,
     soft_percent INTEGER,
     warn_only INTEGER NOT NULL,
     PRIMARY KEY (scope, name, period)
   ) STRICT, WITHOUT ROWID;
INSERT INTO limits VALUES('all','','day',5000000,NULL,80,0);
CREATE TABLE calendar (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     boot TEXT NOT NULL,
     awake_offset_ms REAL NOT NULL,
     uptime_offset_ms REAL NOT NULL,
     doubted_since_ms REAL,
     latest_ms INTEGER NOT NULL,
     latest_day TEXT NOT NULL
   ) STRICT;
INSERT INTO calendar VALUES(1,'00000000-0000-4000-8000-000000000001',1795209873222.8730468,1795209873230.0,NULL,1795234324060,'2026-11-21');
CREATE TABLE slots (
     slot TEXT PRIMARY KEY,
     boot TEXT NOT NULL,
     updated_ms REAL NOT NULL,
     state TEXT NOT NULL
   ) STRICT, WITHOUT ROWID;
CREATE INDEX runs_running ON runs (state) WHERE state = 'running';
CREATE INDEX outputs_source ON outputs (source_path);
CREATE INDEX claims_run ON claims (run_id, output_path);
CREATE INDEX items_run ON items (run_id, state);
CREATE INDEX purchases_holder ON purchases (holder) WHERE holder IS NOT NULL;
CREATE INDEX attempts_purchase ON attempts (purchase_key);
CREATE INDEX attempts_run ON attempts (run_id);
CREATE INDEX attempts_open ON attempts (state) WHERE state IN ('reserved', 'sent', 'unsettled');
CREATE INDEX attempts_day ON attempts (local_day);
CREATE INDEX spending_run ON spending (run_id);
CREATE TRIGGER attempts_inserted AFTER INSERT ON attempts BEGIN
     INSERT INTO spending VALUES (NEW.local_day, NEW.provider, NEW.key_name, NEW.model, NEW.run_id,
       NEW.state = 'paid', NEW.state = 'paid' AND NEW.useless, iif(NEW.state = 'paid', coalesce(NEW.cost_microusd, 0), 0), (NEW.state = 'paid' AND NEW.cost_microusd IS NULL), iif((NEW.state = 'paid' AND NEW.cost_microusd IS NULL), coalesce(NEW.reserved_microusd, 0), 0), (NEW.state = 'paid' AND NEW.cost_microusd IS NULL) AND NEW.reserved_microusd IS NULL, (NEW.state = 'unsettled' AND NEW.settled IS NULL), iif(NEW.state = 'unsettled' AND NEW.settled IS NULL, coalesce(NEW.reserved_microusd, 0), 0), ((NEW.state = 'unsettled' AND NEW.settled IS NULL) AND NEW.reserved_microusd IS NULL), (NEW.state = 'unsettled' AND coalesce(NEW.settled, '') IN ('charged', 'again')), iif(NEW.state = 'unsettled' AND coalesce(NEW.settled, '') IN ('charged', 'again'), coalesce(NEW.reserved_microusd, 0), 0), ((NEW.state = 'unsettled' AND coalesce(NEW.settled, '') IN ('charged', 'again')) AND NEW.reserved_microusd IS NULL), (NEW.state IN ('reserved', 'sent')), iif(NEW.state IN ('reserved', 'sent'), coalesce(NEW.reserved_microusd, 0), 0), ((NEW.state IN ('reserved', 'sent')) AND NEW.reserved_microusd IS NULL), NEW.state = 'refused', (NEW.state = 'paid' AND NEW.expected_high_microusd IS NOT NULL), iif((NEW.state = 'paid' AND NEW.expected_high_microusd IS NOT NULL), NEW.expected_low_microusd, 0), iif((NEW.state = 'paid' AND NEW.expected_high_microusd IS NOT NULL), NEW.expected_high_microusd, 0))
     ON CONFLICT DO UPDATE SET paid = paid + excluded.paid, useless = useless + excluded.useless, paid_microusd = paid_microusd + excluded.paid_microusd, unpriced = unpriced + excluded.unpriced, unpriced_microusd = unpriced_microusd + excluded.unpriced_microusd, unpriced_unknown = unpriced_unknown + excluded.unpriced_unknown, unsettled = unsettled + excluded.unsettled, unsettled_microusd = unsettled_microusd + excluded.unsettled_microusd, unsettled_unknown = unsettled_unknown + excluded.unsettled_unknown, assumed = assumed + excluded.assumed, assumed_microusd = assumed_microusd + excluded.assumed_microusd, assumed_unknown = assumed_unknown + excluded.assumed_unknown, underway = underway + excluded.underway, underway_microusd = underway_microusd + excluded.underway_microusd, underway_unknown = underway_unknown + excluded.underway_unknown, refused = refused + excluded.refused, estimated = estimated + excluded.estimated, expected_low_microusd = expected_low_microusd + excluded.expected_low_microusd, expected_high_microusd = expected_high_microusd + excluded.expected_high_microusd;
   END;
CREATE TRIGGER attempts_updated AFTER UPDATE ON attempts BEGIN
     UPDATE spending SET
       paid = paid - (OLD.state = 'paid') + (NEW.state = 'paid'), useless = useless - (OLD.state = 'paid' AND OLD.useless) + (NEW.state = 'paid' AND NEW.useless), paid_microusd = paid_microusd - (iif(OLD.state = 'paid', coalesce(OLD.cost_microusd, 0), 0)) + (iif(NEW.state = 'paid', coalesce(NEW.cost_microusd, 0), 0)), unpriced = unpriced - ((OLD.state = 'paid' AND OLD.cost_microusd IS NULL)) + ((NEW.state = 'paid' AND NEW.cost_microusd IS NULL)), unpriced_microusd = unpriced_microusd - (iif((OLD.state = 'paid' AND OLD.cost_microusd IS NULL), coalesce(OLD.reserved_microusd, 0), 0)) + (iif((NEW.state = 'paid' AND NEW.cost_microusd IS NULL), coalesce(NEW.reserved_microusd, 0), 0)), unpriced_unknown = unpriced_unknown - ((OLD.state = 'paid' AND OLD.cost_microusd IS NULL) AND OLD.reserved_microusd IS NULL) + ((NEW.state = 'paid' AND NEW.cost_microusd IS NULL) AND NEW.reserved_microusd IS NULL), unsettled = unsettled - ((OLD.state = 'unsettled' AND OLD.settled IS NULL)) + ((NEW.state = 'unsettled' AND NEW.settled IS NULL)), unsettled_microusd = unsettled_microusd - (iif(OLD.state = 'unsettled' AND OLD.settled IS NULL, coalesce(OLD.reserved_microusd, 0), 0)) + (iif(NEW.state = 'unsettled' AND NEW.settled IS NULL, coalesce(NEW.reserved_microusd, 0), 0)), unsettled_unknown = unsettled_unknown - (((OLD.state = 'unsettled' AND OLD.settled IS NULL) AND OLD.reserved_microusd IS NULL)) + (((NEW.state = 'unsettled' AND NEW.settled IS NULL) AND NEW.reserved_microusd IS NULL)), assumed = assumed - ((OLD.state = 'unsettled' AND coalesce(OLD.settled, '') IN ('charged', 'again'))) + ((NEW.state = 'unsettled' AND coalesce(NEW.settled, '') IN ('charged', 'again'))), assumed_microusd = assumed_microusd - (iif(OLD.state = 'unsettled' AND coalesce(OLD.settled, '') IN ('charged', 'again'), coalesce(OLD.reserved_microusd, 0), 0)) + (iif(NEW.state = 'unsettled' AND coalesce(NEW.settled, '') IN ('charged', 'again'), coalesce(NEW.reserved_microusd, 0), 0)), assumed_unknown = assumed_unknown - (((OLD.state = 'unsettled' AND coalesce(OLD.settled, '') IN ('charged', 'again')) AND OLD.reserved_microusd IS NULL)) + (((NEW.state = 'unsettled' AND coalesce(NEW.settled, '') IN ('charged', 'again')) AND NEW.reserved_microusd IS NULL)), underway = underway - ((OLD.state IN ('reserved', 'sent'))) + ((NEW.state IN ('reserved', 'sent'))), underway_microusd = underway_microusd - (iif(OLD.state IN ('reserved', 'sent'), coalesce(OLD.reserved_microusd, 0), 0)) + (iif(NEW.state IN ('reserved', 'sent'), coalesce(NEW.reserved_microusd, 0), 0)), underway_unknown = underway_unknown - (((OLD.state IN ('reserved', 'sent')) AND OLD.reserved_microusd IS NULL)) + (((NEW.state IN ('reserved', 'sent')) AND NEW.reserved_microusd IS NULL)), refused = refused - (OLD.state = 'refused') + (NEW.state = 'refused'), estimated = estimated - ((OLD.state = 'paid' AND OLD.expected_high_microusd IS NOT NULL)) + ((NEW.state = 'paid' AND NEW.expected_high_microusd IS NOT NULL)), expected_low_microusd = expected_low_microusd - (iif((OLD.state = 'paid' AND OLD.expected_high_microusd IS NOT NULL), OLD.expected_low_microusd, 0)) + (iif((NEW.state = 'paid' AND NEW.expected_high_microusd IS NOT NULL), NEW.expected_low_microusd, 0)), expected_high_microusd = expected_high_microusd - (iif((OLD.state = 'paid' AND OLD.expected_high_microusd IS NOT NULL), OLD.expected_high_microusd, 0)) + (iif((NEW.state = 'paid' AND NEW.expected_high_microusd IS NOT NULL), NEW.expected_high_microusd, 0))
     WHERE local_day = NEW.local_day AND provider = NEW.provider AND key_name = NEW.key_name AND model = NEW.model
       AND run_id = NEW.run_id;
   END;
COMMIT;
