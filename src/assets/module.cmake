include(${PROJECT_SOURCE_DIR}/cmake/embed.cmake)

fc_module(assets)
embed_files(
    fc_assets
    FILES web=build/web/* web=src/gateway/api/openapi.json data=data/*.jsonl data=data/demo_week.csv.gz models/default=models/default/bundle.json
          models/default=models/default/forest.bin
          tools/import_spark=tools/import_spark/read_spark.py
)
